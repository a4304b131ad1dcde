"""The Bridge sends requests to providers with the credentials that Nexus stores."""

from __future__ import annotations

from datetime import datetime, timezone
from types import TracebackType

import httpx

from ._gateway import AsyncGateway, Gateway, GatewaySettings, require_id
from ._outgoing import HeaderLines, OutgoingRequest
from ._tokens import AsyncTokens, SuccessorPredicate, TokenCache, Tokens
from ._transport import AsyncBridgeTransport, BridgeTransport, Clock

TIMEOUT = httpx.Timeout(10.0, read=60.0)


def _no_successor(_: str) -> bool:
    return False


def _now() -> datetime:
    return datetime.now(timezone.utc)


class Connection(httpx.Client):
    """A client of httpx that adds the credential of one connection. `Bridge.connection` returns it.

    It has all methods of `httpx.Client`. Differences:

    - It does not follow redirects. With `follow_redirects=True`, a redirect raises `BridgeError`.
    - If the provider responds with 401, it fetches the credential again, and sends the request a second time.
    - It reads the body of the request into memory, at most 8 MiB.
    - It uses only `timeout` of the extensions of the request.
    - `response.request` and log lines have the request without the credential.

    Sending raises `GatewayError` if the Gateway refuses the token or cannot be reached, `ForbiddenHostError` if the
    credential must not be sent to the URL, `InapplicableCredentialError` if the credential does not fit the request,
    `BridgeError` in other cases, and the errors of httpx if the provider does not respond.
    """

    def __init__(self, connection_id: str, tokens: Tokens, inner: httpx.BaseTransport, clock: Clock) -> None:
        super().__init__(
            transport=BridgeTransport(connection_id, tokens, inner, clock), timeout=TIMEOUT, trust_env=False
        )
        _remove_default_headers(self.headers)
        self._connection_id = connection_id
        self._tokens = tokens
        self._clock = clock

    def apply(self, method: str, url: httpx.URL | str, headers: HeaderLines = (), body: bytes = b"") -> OutgoingRequest:
        """Returns the request with the credential added, for another HTTP client.

        That client must not follow redirects, and must send exactly the method, URL, headers and body, because a
        signature covers them. After a 401, call `forget`. `headers` is a mapping or a list of pairs.
        """
        plain = OutgoingRequest.of(method, url, headers, body)
        return self._tokens.of(self._connection_id).apply(plain, self._clock())

    def forget(self) -> None:
        """Removes the credential from the cache, also for the connections that this one has superseded."""
        self._tokens.cache.forget(self._connection_id)

    @property
    def current_id(self) -> str:
        """The id of the connection whose credential is used.

        It differs from the given id if the Bridge follows a successor. Store it in place of the old id. Read it after a
        request, because it does not call the Gateway: a new Bridge knows no successor.
        """
        return self._tokens.cache.current_id(self._connection_id)

    def __repr__(self) -> str:
        return f"Connection({self._connection_id})"


class AsyncConnection(httpx.AsyncClient):
    """Like `Connection`, for asyncio and Trio. `AsyncBridge.connection` returns it."""

    def __init__(self, connection_id: str, tokens: AsyncTokens, inner: httpx.AsyncBaseTransport, clock: Clock) -> None:
        super().__init__(
            transport=AsyncBridgeTransport(connection_id, tokens, inner, clock), timeout=TIMEOUT, trust_env=False
        )
        _remove_default_headers(self.headers)
        self._connection_id = connection_id
        self._tokens = tokens
        self._clock = clock

    async def apply(
        self, method: str, url: httpx.URL | str, headers: HeaderLines = (), body: bytes = b""
    ) -> OutgoingRequest:
        """Returns the request with the credential added, for another HTTP client. See `Connection.apply`."""
        plain = OutgoingRequest.of(method, url, headers, body)
        return (await self._tokens.of(self._connection_id)).apply(plain, self._clock())

    def forget(self) -> None:
        """Removes the credential from the cache, also for the connections that this one has superseded."""
        self._tokens.cache.forget(self._connection_id)

    @property
    def current_id(self) -> str:
        """The id of the connection whose credential is used. See `Connection.current_id`."""
        return self._tokens.cache.current_id(self._connection_id)

    def __repr__(self) -> str:
        return f"AsyncConnection({self._connection_id})"


def _remove_default_headers(headers: httpx.Headers) -> None:
    # A proxy can change these headers, so a signature must not cover them. The transport adds them after the signature.
    for name in ("Accept", "Accept-Encoding", "Connection"):
        headers.pop(name, None)


class Bridge:
    """Sends requests to providers with the credentials that Nexus stores.

    Create one Bridge for the whole application. It is thread-safe.

        bridge = Bridge("https://nexus.example.com", os.environ["NEXUS_API_KEY"])
        me = bridge.connection(connection_id).get("https://api.github.com/user")

    Parameters:

    - `gateway_url`: the Gateway's address. https, or http on a loopback host.
    - `api_key`: an API key with the scope `tokens:read`.
    - `hold_for`: the seconds for which a credential is cached in memory, 0 to 3600. 0 switches the cache off.
    - `hold_at_most`: the maximum number of credentials in the cache.
    - `follow_successors`: receives the id of a successor and returns whether to use it in place of the superseded
      connection. By default the Bridge follows none. A successor does not prove which user submitted its credential. So
      accept only ids that your callback has confirmed. It can run in several threads at the same time.
    - `retries`: the maximum number of retries of a call to the Gateway, 0 to 10.
    - `gateway_timeout`: the time limit of one call to the Gateway, in seconds.
    - `transport`: sends the requests to providers, for example `httpx.HTTPTransport(proxy=…)`.
    - `gateway_transport`: sends the requests to the Gateway, for example `httpx.HTTPTransport(verify=…)`.
    - `clock`: returns the time in signatures, with a time zone.

    Raises `ValueError` if a parameter has an invalid form.
    """

    def __init__(
        self,
        gateway_url: str,
        api_key: str,
        *,
        hold_for: float = 60.0,
        hold_at_most: int = 1000,
        follow_successors: SuccessorPredicate = _no_successor,
        retries: int = 3,
        gateway_timeout: float = 10.0,
        transport: httpx.BaseTransport | None = None,
        gateway_transport: httpx.BaseTransport | None = None,
        clock: Clock = _now,
    ) -> None:
        self._settings = GatewaySettings(gateway_url, api_key, gateway_timeout, retries)
        self._gateway = Gateway(self._settings, gateway_transport)
        self._tokens = Tokens(self._gateway, TokenCache(follow_successors, hold_for, hold_at_most))
        self._inner = transport if transport is not None else httpx.HTTPTransport()
        self._clock = clock

    def connection(self, connection_id: str) -> Connection:
        """Returns the client of the connection with this id, a UUID. Does not call the Gateway.

        Raises `TypeError` if the id is not a string.
        """
        require_id(connection_id)
        return Connection(connection_id.lower(), self._tokens, self._inner, self._clock)

    def close(self) -> None:
        """Removes all credentials from the cache, and closes the connections."""
        self._tokens.cache.forget_all()
        self._gateway.close()
        self._inner.close()

    def __enter__(self) -> Bridge:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Bridge({self._settings.url})"


class AsyncBridge:
    """Like `Bridge`, for asyncio and Trio. Use it in one event loop.

    async with AsyncBridge("https://nexus.example.com", os.environ["NEXUS_API_KEY"]) as bridge:
        me = await bridge.connection(connection_id).get("https://api.github.com/user")
    """

    def __init__(
        self,
        gateway_url: str,
        api_key: str,
        *,
        hold_for: float = 60.0,
        hold_at_most: int = 1000,
        follow_successors: SuccessorPredicate = _no_successor,
        retries: int = 3,
        gateway_timeout: float = 10.0,
        transport: httpx.AsyncBaseTransport | None = None,
        gateway_transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock = _now,
    ) -> None:
        self._settings = GatewaySettings(gateway_url, api_key, gateway_timeout, retries)
        self._gateway = AsyncGateway(self._settings, gateway_transport)
        self._tokens = AsyncTokens(self._gateway, TokenCache(follow_successors, hold_for, hold_at_most))
        self._inner = transport if transport is not None else httpx.AsyncHTTPTransport()
        self._clock = clock

    def connection(self, connection_id: str) -> AsyncConnection:
        """Returns the client of the connection with this id, a UUID. Does not call the Gateway.

        Raises `TypeError` if the id is not a string.
        """
        require_id(connection_id)
        return AsyncConnection(connection_id.lower(), self._tokens, self._inner, self._clock)

    async def aclose(self) -> None:
        """Removes all credentials from the cache, and closes the connections."""
        self._tokens.cache.forget_all()
        await self._gateway.aclose()
        await self._inner.aclose()

    async def __aenter__(self) -> AsyncBridge:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"AsyncBridge({self._settings.url})"
