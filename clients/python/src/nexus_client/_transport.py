"""Transports that add the credential below the client of httpx.

The client, its log lines, its hooks and the response see only the request of the application. Its URL and headers have
no credential.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime

import httpx

from ._errors import BridgeError, ForbiddenHostError, without_traceback
from ._outgoing import OutgoingRequest, split_url
from ._tokens import AsyncTokens, Tokens

MAX_BODY = 8 * 1024 * 1024
UNAUTHORIZED = 401

# A client that follows redirects copies the extensions of the first request to the next.
_MARK = "nexus.url"
# The HTTP client writes these headers for the request with the credential.
_FRAMING = frozenset(["host", "content-length", "transfer-encoding", "connection"])

Clock = Callable[[], datetime]


class BridgeTransport(httpx.BaseTransport):
    """Sends the requests of one connection with its credential."""

    def __init__(self, connection_id: str, tokens: Tokens, inner: httpx.BaseTransport, clock: Clock) -> None:
        self._id = connection_id
        self._tokens = tokens
        self._inner = inner
        self._clock = clock

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        _refuse_redirect(request)
        plain = _plain(request, _read(request))
        token = self._tokens.of(self._id)
        response = self._send(token.apply(plain, self._clock()), request)
        if response.status_code != UNAUTHORIZED:
            return response
        response.close()
        self._tokens.cache.forget_token(self._id, token)
        return self._send(self._tokens.of(self._id).apply(plain, self._clock()), request)

    def _send(self, ready: OutgoingRequest, original: httpx.Request) -> httpx.Response:
        failure: BaseException
        try:
            response = self._inner.handle_request(_sent(ready, original))
            assert isinstance(response.stream, httpx.SyncByteStream)
            response.stream = _Stream(response.stream)
            return response
        except BaseException as e:  # noqa: BLE001 (raised below)
            failure = _without_values(e)
        raise failure

    def close(self) -> None:
        """Does nothing: the Bridge closes the connections."""


class AsyncBridgeTransport(httpx.AsyncBaseTransport):
    """Like `BridgeTransport`, for asyncio and Trio."""

    def __init__(self, connection_id: str, tokens: AsyncTokens, inner: httpx.AsyncBaseTransport, clock: Clock) -> None:
        self._id = connection_id
        self._tokens = tokens
        self._inner = inner
        self._clock = clock

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        _refuse_redirect(request)
        plain = _plain(request, await _aread(request))
        token = await self._tokens.of(self._id)
        response = await self._send(token.apply(plain, self._clock()), request)
        if response.status_code != UNAUTHORIZED:
            return response
        await response.aclose()
        self._tokens.cache.forget_token(self._id, token)
        return await self._send((await self._tokens.of(self._id)).apply(plain, self._clock()), request)

    async def _send(self, ready: OutgoingRequest, original: httpx.Request) -> httpx.Response:
        failure: BaseException
        try:
            response = await self._inner.handle_async_request(_sent(ready, original))
            assert isinstance(response.stream, httpx.AsyncByteStream)
            response.stream = _AsyncStream(response.stream)
            return response
        except BaseException as e:  # noqa: BLE001 (raised below)
            failure = _without_values(e)
        raise failure

    async def aclose(self) -> None:
        """Does nothing: the Bridge closes the connections."""


class _Stream(httpx.SyncByteStream):
    """The body of a response. Its errors do not show the request."""

    def __init__(self, inner: httpx.SyncByteStream) -> None:
        self._inner = inner

    def __iter__(self) -> Iterator[bytes]:
        failure: BaseException
        try:
            yield from self._inner
            return
        except BaseException as e:  # noqa: BLE001 (raised below)
            failure = _without_values(e)
        raise failure

    def close(self) -> None:
        self._inner.close()


class _AsyncStream(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        failure: BaseException
        try:
            async for chunk in self._inner:
                yield chunk
            return
        except BaseException as e:  # noqa: BLE001 (raised below)
            failure = _without_values(e)
        raise failure

    async def aclose(self) -> None:
        await self._inner.aclose()


def _without_values(failure: BaseException) -> BaseException:
    """Returns an error for the application: without the traceback of the transport, which has the request.

    The local variables of the traceback contain the credential.
    """
    if isinstance(failure, httpx.LocalProtocolError):
        # The message about an illegal header quotes its value.
        return httpx.LocalProtocolError("The HTTP client refused the request")
    if isinstance(failure, httpx.RemoteProtocolError):
        return httpx.RemoteProtocolError("The provider closed the connection, or its response is not valid HTTP")
    if isinstance(failure, httpx.TransportError):
        return type(failure)(str(failure))
    return without_traceback(failure)


def _refuse_redirect(request: httpx.Request) -> None:
    url = str(request.url)
    if request.extensions.setdefault(_MARK, url) != url:
        raise BridgeError(
            "The provider answered with a redirect, and the client must not follow it, because it would send the"
            " credential to another URL. Remove follow_redirects."
        )


def _plain(request: httpx.Request, body: bytes) -> OutgoingRequest:
    """Returns the application's request, without the headers that the HTTP client writes again."""
    # httpx adds the header Host of the URL. Only an application adds another one.
    if any(host.lower() != request.url.netloc.decode("ascii").lower() for host in request.headers.get_list("Host")):
        raise ForbiddenHostError("The request must not have the header Host. Remove it.")
    headers = [
        (name.decode(request.headers.encoding), value.decode(request.headers.encoding))
        for name, value in request.headers.raw
        if name.lower().decode("ascii") not in _FRAMING
    ]
    return OutgoingRequest.of(request.method, request.url, headers, body)


def _sent(ready: OutgoingRequest, original: httpx.Request) -> httpx.Request:
    """Returns the request for the transport. Adds headers that the signature must not cover."""
    # White space around a value is not part of it (RFC 9110, 5.5), and httpx refuses it.
    lines = [(name, value.strip(" \t")) for name, value in ready.headers]
    headers = httpx.Headers(lines, encoding=original.headers.encoding)
    headers.setdefault("Accept", "*/*")
    headers.setdefault("Accept-Encoding", "gzip, deflate")
    # Other extensions, such as `target` and `trace`, reach the transport below all checks.
    extensions = {name: value for name, value in original.extensions.items() if name == "timeout"}
    request = httpx.Request(ready.method, ready.url, headers=headers, content=ready.body or None, extensions=extensions)
    origin, path, query = split_url(ready.url)
    target = path + ("" if query is None else "?" + query)
    if request.url.raw_path.decode("ascii") != target or split_url(str(request.url))[0] != origin:
        raise BridgeError("The URL with the credential is not in the form that httpx sends.")
    return request


def _read(request: httpx.Request) -> bytes:
    _refuse_declared_length(request)
    assert isinstance(request.stream, httpx.SyncByteStream)
    chunks, size = [], 0
    for chunk in request.stream:
        size += len(chunk)
        _refuse_length(size)
        chunks.append(chunk)
    return b"".join(chunks)


async def _aread(request: httpx.Request) -> bytes:
    _refuse_declared_length(request)
    assert isinstance(request.stream, httpx.AsyncByteStream)
    chunks, size = [], 0
    async for chunk in request.stream:
        size += len(chunk)
        _refuse_length(size)
        chunks.append(chunk)
    return b"".join(chunks)


def _refuse_declared_length(request: httpx.Request) -> None:
    declared = request.headers.get("Content-Length", "")
    if declared.isdecimal():
        _refuse_length(int(declared))


def _refuse_length(size: int) -> None:
    # Signatures cover the body, and the request is sent again after a 401.
    if size > MAX_BODY:
        raise BridgeError("The body of the request is larger than 8 MiB. Send a smaller body.")
