"""A request to a provider, before or after the credential is added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, unquote_plus

import httpx

from ._errors import BridgeError, ForbiddenHostError

UNRESERVED = "-._~"

HeaderLines = Mapping[str, str] | Iterable[tuple[str, str]]
"""The headers of a request: a mapping such as `httpx.Headers`, or pairs of a name and a value."""


@dataclass(frozen=True, repr=False)
class OutgoingRequest:
    """A request that an HTTP client sends.

    `url` is encoded, and has no fragment. `repr` shows only the method and the origin, because the
    other parts can contain the credential.
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"")

    @staticmethod
    def of(method: str, url: httpx.URL | str, headers: HeaderLines = (), body: bytes = b"") -> OutgoingRequest:
        """Creates a request.

        Raises `BridgeError` if `url` is not an absolute URL, `ForbiddenHostError` if its scheme is not http(s), and
        `TypeError` if another parameter has another type.
        """
        if not isinstance(body, bytes):
            raise TypeError("body must be bytes. Encode a text with .encode(), or a dict with json.dumps(…).encode().")
        return OutgoingRequest(method, encoded_url(url), _lines(headers), body)

    def header(self, name: str) -> str | None:
        """Returns the first value of a header. Names have no case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    def with_header(self, name: str, value: str) -> OutgoingRequest:
        """Returns this request with one header of this name."""
        others = tuple(line for line in self.headers if line[0].lower() != name.lower())
        return replace(self, headers=(*others, (name, value)))

    def with_headers(self, headers: Iterable[tuple[str, str]]) -> OutgoingRequest:
        request = self
        for name, value in headers:
            request = request.with_header(name, value)
        return request

    def with_path_and_query(self, path: str, query: str | None) -> OutgoingRequest:
        origin, _, _ = split_url(self.url)
        return replace(self, url=origin + (path or "/") + ("" if query is None else "?" + query))

    def with_body(self, body: bytes) -> OutgoingRequest:
        return replace(self, body=body)

    def __repr__(self) -> str:
        return f"OutgoingRequest({self.method} {split_url(self.url)[0]})"


def _lines(headers: HeaderLines) -> tuple[tuple[str, str], ...]:
    """Returns the names and the values, one for each header line."""
    if isinstance(headers, httpx.Headers):
        lines: Iterable[tuple[str, str]] = headers.multi_items()
    else:
        lines = headers.items() if isinstance(headers, Mapping) else headers
    checked = () if isinstance(lines, str) else tuple(lines)
    if isinstance(lines, str) or not all(_is_line(line) for line in checked):
        # A header can contain a secret of the application, so the message does not quote it.
        raise TypeError("headers must be a mapping or a list of pairs, and each name and value must be a string.")
    return checked


def _is_line(line: object) -> bool:
    return isinstance(line, tuple) and len(line) == 2 and all(isinstance(part, str) for part in line)


def encoded_url(url: httpx.URL | str) -> str:
    """Returns the URL as httpx encodes it, without a fragment. An empty path stays empty, for `path_segment`."""
    try:
        parsed = httpx.URL(url)
        text = str(parsed)
    except (httpx.InvalidURL, ValueError, TypeError):
        raise BridgeError("The URL of the request is not valid. Use an absolute https URL.") from None
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ForbiddenHostError("The URL of the request must be an absolute https URL.")
    origin, path, query = split_url(text)
    return origin + path + ("" if query is None else "?" + query)


def split_url(url: str) -> tuple[str, str, str | None]:
    """Returns the origin with its user info, the path and the query of an absolute URL."""
    scheme, _, rest = url.partition("#")[0].partition("://")
    end = min((rest.index(mark) for mark in "/?" if mark in rest), default=len(rest))
    path, mark, query = rest[end:].partition("?")
    return f"{scheme}://{rest[:end]}", path, query if mark else None


def percent_encode(text: str) -> str:
    """Encodes all bytes except unreserved ones (RFC 3986), for a path segment, a query or a form."""
    return quote(text, safe=UNRESERVED)


def set_pair(pairs: str, name: str, value: str) -> str:
    """Returns a query or form with `name` set to `value`. Other pairs keep their text."""
    kept = [pair for pair in pairs.split("&") if pair and _name(pair) != name]
    return "&".join([*kept, f"{percent_encode(name)}={percent_encode(value)}"])


def _name(pair: str) -> str | None:
    try:
        return unquote_plus(pair.partition("=")[0], errors="strict")
    except UnicodeDecodeError:
        return None
