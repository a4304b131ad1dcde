"""Local servers, and bridges with and without async behind one interface."""

from __future__ import annotations

import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx
import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from nexus_client import AsyncBridge, AsyncConnection, Bridge, Connection, OutgoingRequest

API_KEY = "nxs_canarykey"
SECRET = "canary-secret"
ID = "0193b7e2-0000-7000-8000-000000000001"
NEXT = "0193b7e2-0000-7000-8000-000000000002"


@dataclass
class Received:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)


class LocalServer:
    """An HTTP server on the loopback interface. A test sets `answer`, and reads the received requests."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.answer: Callable[[Received], Answer] = lambda _: Answer()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Received(self.command, self.path, headers, body)
                outer.received.append(request)
                answer = outer.answer(request)
                sent = answer.body.encode()
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(sent)))
                self.end_headers()
                self.wfile.write(sent)

            do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815

            def log_message(self, *_: Any) -> None:
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 100

            def handle_error(self, *_: Any) -> None:
                """Ignores clients that close the connection."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://localhost:{self._server.server_port}"
        self._thread = threading.Thread(target=partial(self._server.serve_forever, 0.01), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def token(secret: str = SECRET, **members: Any) -> Answer:
    strategy = {"type": "header", "config": {"value_prefix": "Bearer "}}
    body = {"strategy": strategy, "credentials": {"api_key": secret}, "allowed_hosts": ["localhost"], **members}
    return Answer(200, json.dumps(body))


def error(status: int, code: str, **headers: str) -> Answer:
    return Answer(status, json.dumps({"error": code, "message": f"It is {code}"}), headers)


class Gateway(LocalServer):
    """Answers with the tokens in `tokens`."""

    def __init__(self) -> None:
        super().__init__()
        self.tokens: dict[str, Answer] = {ID: token()}
        self.answer = lambda r: self.tokens.get(r.path.removeprefix("/v1/token/"), error(404, "connection_not_found"))

    def supersede(self) -> None:
        """Lets NEXT supersede ID. Both tokens can still be read."""
        self.tokens[ID] = token(replaced_by=NEXT)
        self.tokens[NEXT] = token("next")


class AnyConnection:
    """A connection of a Bridge with or without async."""

    def __init__(self, inner: Connection | AsyncConnection, portal: BlockingPortal) -> None:
        self.inner = inner
        self._portal = portal

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        if isinstance(self.inner, Connection):
            return self.inner.request(method, url, **options)
        return self._portal.call(partial(self.inner.request, method, url, **options))

    def get(self, url: str, **options: Any) -> httpx.Response:
        return self.request("GET", url, **options)

    def apply(self, method: str, url: str, **options: Any) -> OutgoingRequest:
        if isinstance(self.inner, Connection):
            return self.inner.apply(method, url, **options)
        return self._portal.call(partial(self.inner.apply, method, url, **options))

    def forget(self) -> None:
        self.inner.forget()

    @property
    def current_id(self) -> str:
        return self.inner.current_id


class AnyBridge:
    """A Bridge with or without async, to call from a thread."""

    def __init__(self, kind: str, portal: BlockingPortal, url: str, settings: dict[str, Any]) -> None:
        self.portal = portal
        made = Bridge if kind == "sync" else AsyncBridge
        self.inner: Bridge | AsyncBridge = made(url, API_KEY, **settings)

    def connection(self, connection_id: str = ID) -> AnyConnection:
        return AnyConnection(self.inner.connection(connection_id), self.portal)

    def close(self) -> None:
        if isinstance(self.inner, Bridge):
            self.inner.close()
        else:
            self.portal.call(self.inner.aclose)


MakeBridge = Callable[..., AnyBridge]


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    server = Gateway()
    yield server
    server.close()


@pytest.fixture
def provider() -> Iterator[LocalServer]:
    server = LocalServer()
    yield server
    server.close()


@pytest.fixture
def stranger() -> Iterator[LocalServer]:
    server = LocalServer()
    yield server
    server.close()


@pytest.fixture(params=["sync", "async"])
def make_bridge(request: pytest.FixtureRequest, gateway: Gateway) -> Iterator[MakeBridge]:
    with ExitStack() as stack:
        portal = stack.enter_context(start_blocking_portal())

        def make(**settings: Any) -> AnyBridge:
            bridge = AnyBridge(request.param, portal, gateway.url, settings)
            stack.callback(bridge.close)
            return bridge

        yield make


def keys(provider: LocalServer) -> list[str]:
    """Returns the headers Authorization that the provider received, in order."""
    return [request.headers.get("authorization", "") for request in provider.received]


def until(condition: Callable[[], bool]) -> None:
    """Waits at most ten seconds until the condition is true."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)
