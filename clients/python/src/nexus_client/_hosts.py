"""Checks the URL that a credential is sent to."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

import httpx

from ._errors import ForbiddenHostError


class AllowedHosts:
    """The hosts of a credential: names without case, or every host if the provider does not limit them."""

    def __init__(self, names: Iterable[str] | None) -> None:
        self._names = None if names is None else frozenset(_canonical(name) for name in names)

    def check(self, url: str) -> None:
        """Raises `ForbiddenHostError` if the credential must not be sent to `url`."""
        parsed = httpx.URL(url)
        named = parsed.raw_host.decode("ascii").lower()
        host = named.removesuffix(".")
        # "localhost." can be another host than "localhost".
        if parsed.scheme != "https" and not is_loopback(named):
            raise ForbiddenHostError("The request's URL must use https. Only a URL of a loopback host may use http.")
        if parsed.userinfo or "@" in parsed.netloc.decode("ascii"):
            raise ForbiddenHostError(
                "The request's URL must not contain user info, which can hide the host. Remove the user info and the"
                " '@'."
            )
        if "\\" in host:
            raise ForbiddenHostError("The host of the request's URL is ambiguous. Remove the backslash.")
        if self._names is not None and host not in self._names:
            raise ForbiddenHostError(
                "The request's host is not a host of the connection's provider. Send the request to one of: "
                + ", ".join(sorted(self._names))
            )


def is_loopback(host: str) -> bool:
    """True for `localhost` (RFC 6761) and for loopback addresses."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _canonical(name: str) -> str:
    try:
        return httpx.URL(scheme="https", host=name).raw_host.decode("ascii").lower().removesuffix(".")
    except httpx.InvalidURL:
        raise ForbiddenHostError("An allowed host of the provider is not a valid host name (RFC 1123).") from None
