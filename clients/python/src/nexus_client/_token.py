"""The Gateway's answer for a connection."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from ._credential import Credential
from ._errors import BridgeError, ForbiddenHostError, without_traceback
from ._hosts import AllowedHosts
from ._outgoing import OutgoingRequest, split_url
from ._strategies import Strategy


@dataclass(frozen=True, eq=False)
class Token:
    """A credential with its strategy and its allowed hosts. `repr` has only the id of the connection."""

    connection_id: str
    strategy: Strategy = field(repr=False)
    credential: Credential = field(repr=False)
    hosts: AllowedHosts = field(repr=False)
    replaced_by: str | None = field(repr=False)

    def apply(self, request: OutgoingRequest, now: datetime) -> OutgoingRequest:
        """Returns the request with the credential added. Raises `ForbiddenHostError` for a host that is not allowed."""
        try:
            return self._apply(request, now)
        except BridgeError as e:
            raise without_traceback(e) from None

    def _apply(self, request: OutgoingRequest, now: datetime) -> OutgoingRequest:
        if request.header("Host") is not None:
            # A server with several customers selects one of them by this header.
            raise ForbiddenHostError("The request must not have the header Host. Remove it.")
        self.hosts.check(request.url)
        sent = self.strategy.apply(self.credential, request, now)
        # A strategy must not change the host. This check stops the request if a defective strategy does.
        self.hosts.check(sent.url)
        # HTTP clients send a path that is not empty.
        _, path, query = split_url(sent.url)
        return sent.with_path_and_query(path, query)
