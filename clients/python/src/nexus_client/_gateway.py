"""Calls to the Gateway: settings, retries and errors."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import anyio
import httpx

from ._credential import Credential
from ._errors import ErrorDetail, GatewayError, NexusError, without_traceback
from ._hosts import AllowedHosts, is_loopback
from ._outgoing import percent_encode
from ._strategies import read_strategy
from ._token import Token

FIRST_WAIT = 0.1
LONGEST_WAIT = 3.0
MAX_MESSAGE = 500
MAX_ANSWER = 16 * 1024 * 1024

_ID = re.compile(r"[0-9a-fA-F-]{36}")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_API_KEY = re.compile(r"[!-~]{1,512}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


T = TypeVar("T")


@dataclass(frozen=True, repr=False)
class Call(Generic[T]):
    """A call of the API. `parse` reads the answer, and raises `GatewayError` if the answer has another form."""

    method: str
    path: str
    parse: Callable[[Answer], T]
    params: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


class GatewaySettings:
    """The address, the API key and the limits of calls. `repr` has only the address."""

    def __init__(self, url: str, api_key: str, timeout: float, retries: int) -> None:
        self.url = _checked_url(url)
        if not isinstance(api_key, str):
            raise ValueError("api_key must be a string. Check the environment variable that has the API key.")
        if not _API_KEY.fullmatch(api_key):
            raise ValueError(
                "api_key must be 1 to 512 printable ASCII characters without spaces. Check for a line break at its end."
            )
        if not timeout > 0:
            raise ValueError("gateway_timeout must be positive")
        if not 0 <= retries <= 10:
            raise ValueError("retries must be from 0 to 10")
        self._api_key = api_key
        self.timeout = timeout
        self.retries = retries

    def request(self, call: Call[T]) -> httpx.Request:
        headers = {"X-API-Key": self._api_key, "Accept": "application/json", **call.headers}
        query = "&".join(
            f"{name}={percent_encode('true' if value is True else str(value))}"
            for name, value in call.params.items()
            if value is not None
        )
        return httpx.Request(
            call.method,
            self.url + call.path + ("?" + query if query else ""),
            json=call.body,
            headers=headers,
            extensions={"timeout": httpx.Timeout(self.timeout).as_dict()},
        )

    def delay(self, call: Call[T], failures: int, error: GatewayError) -> float | None:
        """Returns the seconds before the next attempt, or None if the call has failed.

        Only a GET is sent again: a lost answer to another method does not show whether the Gateway made the change.
        """
        if call.method != "GET" or failures > self.retries or not error.is_temporary:
            return None
        if error.retry_after is not None:
            return None if error.retry_after > LONGEST_WAIT else error.retry_after + random.uniform(0, FIRST_WAIT)
        return min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (failures - 1)) * random.uniform(0.5, 1.5)

    def deadline(self) -> float:
        return time.monotonic() + self.timeout

    def failure(self, failure: BaseException) -> BaseException:
        """Converts a failure of the network. The local variables of its traceback can have a part of a token."""
        if not isinstance(failure, (httpx.TransportError, httpx.DecodingError, TimeoutError)):
            return without_traceback(failure)
        if isinstance(failure, (httpx.TimeoutException, TimeoutError)):
            return unreachable(
                f"The Gateway did not respond within {self.timeout:g} s. Retry later, or increase gateway_timeout."
            )
        return unreachable(
            f"The Gateway cannot be reached ({type(failure).__name__}). Check gateway_url and the network."
        )

    def read(self, call: Call[T], answer: Answer) -> T:
        """Reads the answer. Raises `GatewayError` if it is not a success."""
        if not 200 <= answer.status < 300:
            raise self.refusal(answer.status, answer.headers, answer.body)
        try:
            return call.parse(answer)
        except NexusError as e:
            raise without_traceback(e) from None

    def refusal(self, status: int, headers: httpx.Headers, body: bytes) -> GatewayError:
        """Converts an answer that is not a success."""
        code, message = "unexpected_answer", f"The Gateway responded with status {status}"
        details: tuple[ErrorDetail, ...] = ()
        try:
            error = json.loads(body)
            if isinstance(error, dict):
                code, message = str(error.get("error", code)), str(error.get("message", message))
                listed = error.get("details")
                details = (
                    tuple(self._detail(item) for item in listed if isinstance(item, dict))
                    if isinstance(listed, list)
                    else ()
                )
        except (ValueError, RecursionError):
            message += ", and the body is not JSON. Check that gateway_url is the Gateway's address."
        after = headers.get("Retry-After", "")
        wait = int(after) if re.fullmatch("[0-9]{1,6}", after) else None
        request_id = headers.get("X-Request-Id", "")
        return GatewayError(
            status,
            self._clean(code),
            self._clean(message),
            wait,
            details,
            request_id if _REQUEST_ID.fullmatch(request_id) and self._api_key not in request_id else None,
        )

    def _detail(self, item: Mapping[str, Any]) -> ErrorDetail:
        return ErrorDetail(*(self._clean(str(item.get(name, ""))) for name in ("pointer", "rule", "message")))

    def _clean(self, received: str) -> str:
        """Masks the API key, replaces control characters and limits the length. A proxy can have answered."""
        return _CONTROL.sub(" ", received.replace(self._api_key, "***"))[:MAX_MESSAGE]

    def __repr__(self) -> str:
        return f"GatewaySettings({self.url})"


def _checked_url(url: str) -> str:
    rule = (
        "gateway_url must be an https URL, or an http URL of a loopback host, without query, fragment and user info."
        " Use a URL such as https://nexus.example.com."
    )
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError):
        # The message of the exception quotes the URL with its user info.
        raise ValueError(rule) from None
    secure = parsed.scheme == "https" or (parsed.scheme == "http" and is_loopback(parsed.host))
    if not secure or not parsed.host or parsed.query or parsed.fragment or parsed.userinfo:
        raise ValueError(rule)
    return str(parsed).rstrip("/")


def unreachable(message: str) -> GatewayError:
    return GatewayError(0, "unreachable", message)


def require_id(connection_id: object) -> None:
    """Raises `TypeError` if the id is not a string, for example a `uuid.UUID` or None."""
    if not isinstance(connection_id, str):
        raise TypeError("connection_id must be a string. Pass the connection_id of the Gateway's response.")


def id_path(route: str, connection_id: str) -> str:
    """Returns the path of a connection.

    Raises `GatewayError` if the id is not a UUID, and `TypeError` if it is not a string.
    """
    require_id(connection_id)
    if not _ID.fullmatch(connection_id):
        raise GatewayError(
            404,
            "connection_not_found",
            "The connection id is not a UUID. Pass the connection_id of the Gateway's response.",
        )
    return f"{route}/{connection_id}"


class Answer:
    """The status, headers and body of the Gateway's answer. `repr` omits the body, which can be a token."""

    def __init__(self, status: int, headers: httpx.Headers, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    def json(self) -> Any:
        """Raises `GatewayError` if the body is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            # The message of the parser can quote a token.
            pass
        raise unreachable("The Gateway's response is not JSON. Check that gateway_url is the Gateway's address.")

    def __repr__(self) -> str:
        return f"Answer({self.status})"


class _Body:
    """Collects the chunks of an answer within the time and size limits."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self._chunks: list[bytes] = []
        self._size = 0

    def add(self, chunk: bytes) -> None:
        self._size += len(chunk)
        if self._size > MAX_ANSWER:
            raise unreachable("The Gateway's response is too large. Check that gateway_url is the Gateway's address.")
        if time.monotonic() > self._deadline:
            raise TimeoutError
        self._chunks.append(chunk)

    def joined(self) -> bytes:
        return b"".join(self._chunks)


class Gateway:
    """Sends requests to the Gateway. Uses a transport, because a client of httpx logs the URLs."""

    def __init__(self, settings: GatewaySettings, transport: httpx.BaseTransport | None) -> None:
        self.settings = settings
        self._transport = transport if transport is not None else httpx.HTTPTransport()

    def run(self, call: Call[T]) -> T:
        """Sends the call, with retries. Raises `GatewayError`."""
        failures = 0
        while True:
            try:
                answer = self._answer(self.settings.request(call))
                return self.settings.read(call, answer)
            except GatewayError as error:
                failures += 1
                wait = self.settings.delay(call, failures, error)
                if wait is None:
                    raise
            time.sleep(wait)

    def _answer(self, request: httpx.Request) -> Answer:
        failure: BaseException
        try:
            return self._received(request)
        except BaseException as e:  # noqa: BLE001 (raised below)
            failure = self.settings.failure(e)
        raise failure

    def _received(self, request: httpx.Request) -> Answer:
        body = _Body(self.settings.deadline())
        response = self._transport.handle_request(request)
        try:
            for chunk in response.iter_bytes():
                body.add(chunk)
        finally:
            response.close()
        return Answer(response.status_code, response.headers, body.joined())

    def close(self) -> None:
        self._transport.close()


class AsyncGateway:
    """Like `Gateway`, for asyncio and Trio."""

    def __init__(self, settings: GatewaySettings, transport: httpx.AsyncBaseTransport | None) -> None:
        self.settings = settings
        self._transport = transport if transport is not None else httpx.AsyncHTTPTransport()

    async def run(self, call: Call[T]) -> T:
        """Sends the call, with retries. Raises `GatewayError`."""
        failures = 0
        while True:
            try:
                answer = await self._answer(self.settings.request(call))
                return self.settings.read(call, answer)
            except GatewayError as error:
                failures += 1
                wait = self.settings.delay(call, failures, error)
                if wait is None:
                    raise
            await anyio.sleep(wait)

    async def _answer(self, request: httpx.Request) -> Answer:
        failure: BaseException
        try:
            with anyio.fail_after(self.settings.timeout):
                return await self._received(request)
        except BaseException as e:  # noqa: BLE001 (raised below)
            failure = self.settings.failure(e)
        raise failure

    async def _received(self, request: httpx.Request) -> Answer:
        body = _Body(self.settings.deadline())
        response = await self._transport.handle_async_request(request)
        try:
            async for chunk in response.aiter_bytes():
                body.add(chunk)
        finally:
            await response.aclose()
        return Answer(response.status_code, response.headers, body.joined())

    async def aclose(self) -> None:
        await self._transport.aclose()


def token_call(connection_id: str) -> Call[Token]:
    """Raises `GatewayError` if the id is not a UUID."""
    return Call("GET", id_path("/v1/token", connection_id), lambda answer: _token(connection_id, answer))


def _token(connection_id: str, answer: Answer) -> Token:
    """Raises `GatewayError` if the answer is not a token, and `UnsupportedStrategyError`."""
    token = answer.json()
    members = token if isinstance(token, dict) else {}
    strategy, credentials, hosts = members.get("strategy"), members.get("credentials"), members.get("allowed_hosts")
    if (
        answer.status != 200
        or not isinstance(strategy, dict)
        or not isinstance(credentials, dict)
        or not ("allowed_hosts" not in members or _is_texts(hosts))
    ):
        raise unreachable("The Gateway's response is not a token. Check that gateway_url is the Gateway's address.")
    replaced_by = members.get("replaced_by")
    return Token(
        connection_id,
        read_strategy(strategy),
        Credential(credentials),
        AllowedHosts(hosts),
        replaced_by if isinstance(replaced_by, str) else None,
    )


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)
