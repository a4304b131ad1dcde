"""Sends the vectors of strategy/vectors through a Bridge, and compares the bytes on the wire."""

from __future__ import annotations

import base64
import copy
import json
import ssl
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import anyio
import httpcore
import httpx
import pytest

from nexus_client import (
    AsyncBridge,
    Bridge,
    ForbiddenHostError,
    InapplicableCredentialError,
    UnsupportedStrategyError,
)

from .conftest import API_KEY, ID

VECTORS = Path(__file__).parents[3] / "strategy" / "vectors"
FILES = ["header", "query_param", "basic_auth", "body_field", "path_segment", "hmac_payload", "aws_sigv4", "hosts"]
ALL = [vector for name in FILES for vector in json.loads((VECTORS / f"{name}.json").read_text())["vectors"]]
# The HTTP client writes these headers. They count only if the application's request has them.
WRITTEN_BY_CLIENT = {"host", "content-length", "connection", "accept", "accept-encoding", "user-agent"}
# Loading the certificates takes longer than a test.
TLS = ssl.create_default_context()
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

Wire = tuple[str, str, dict[str, list[str]], bytes]
named = pytest.mark.parametrize("vector", ALL, ids=[vector["name"] for vector in ALL])
each_kind = pytest.mark.parametrize("kind", ["sync", "asyncio", "trio"])


class Recorder(httpcore.NetworkStream, httpcore.NetworkBackend):
    """A network that records what is written, and answers with 200."""

    def __init__(self) -> None:
        self.written = b""
        self.origins: list[str] = []
        self._answer = ANSWER

    def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> httpcore.NetworkStream:
        self.origins.append(f"http://{host}:{port}")
        return self

    def start_tls(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        self.origins[-1] = self.origins[-1].replace("http:", "https:")
        return self

    def read(self, *_: Any, **__: Any) -> bytes:
        answer, self._answer = self._answer, b""
        return answer

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.written += buffer

    def close(self) -> None:
        pass

    def get_extra_info(self, info: str) -> Any:
        return None


class AsyncRecorder(httpcore.AsyncNetworkStream, httpcore.AsyncNetworkBackend):
    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    async def connect_tcp(self, host: str, port: int, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        self._recorder.connect_tcp(host, port)
        return self

    async def start_tls(self, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        self._recorder.start_tls()
        return self

    async def read(self, *_: Any, **__: Any) -> bytes:
        return self._recorder.read()

    async def write(self, buffer: bytes, *_: Any, **__: Any) -> None:
        self._recorder.write(buffer)

    async def aclose(self) -> None:
        pass

    def get_extra_info(self, info: str) -> Any:
        return None


def body_of(request: dict[str, Any]) -> bytes:
    return base64.b64decode(request["body_base64"]) if "body_base64" in request else request.get("body", "").encode()


def grouped(lines: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for name, value in lines:
        groups.setdefault(name.lower(), []).append(value)
    return groups


def on_the_wire(recorder: Recorder, vector: dict[str, Any]) -> Wire:
    head, _, body = recorder.written.partition(b"\r\n\r\n")
    method, target, _ = head.split(b"\r\n")[0].decode("ascii").split(" ")
    lines = [line.decode("ascii").partition(": ") for line in head.split(b"\r\n")[1:]]
    own = {name.lower() for name, _ in vector["request"]["headers"]} | {
        name.lower() for name, _ in vector.get("expected", {}).get("headers", [])
    }
    sent = [(name, value) for name, _, value in lines if name.lower() in own or name.lower() not in WRITTEN_BY_CLIENT]
    host = next(value for name, _, value in lines if name.lower() == "host")
    scheme = recorder.origins[0].partition(":")[0]
    return method, f"{scheme}://{host}{target}", grouped(sent), body


def outcome(vector: dict[str, Any], kind: str) -> Wire | tuple[str, ...]:
    """Returns the request on the wire, or the error."""
    recorder = Recorder()
    token = {name: vector[name] for name in ("strategy", "credentials", "allowed_hosts") if name in vector}
    gateway = httpx.MockTransport(lambda _: httpx.Response(200, json=token))
    settings: dict[str, Any] = {
        "gateway_transport": gateway,
        "clock": lambda: datetime.fromisoformat(vector["time"].replace("Z", "+00:00")),
    }
    request = vector["request"]
    arguments: dict[str, Any] = {
        "method": request["method"],
        "url": request["url"],
        "headers": [(name, value) for name, value in request["headers"]],
        "content": body_of(request),
    }
    try:
        if kind == "sync":
            transport = httpx.HTTPTransport(verify=TLS)
            transport._pool = httpcore.ConnectionPool(ssl_context=TLS, network_backend=recorder)
            with Bridge("https://nexus.example.com", API_KEY, transport=transport, **settings) as bridge:
                bridge.connection(ID).request(**arguments)
        else:
            anyio.run(send_async, recorder, settings, arguments, backend=kind)
    except InapplicableCredentialError as refused:
        result: tuple[str, ...] = ("inapplicable_credential", refused.field, refused.rule)
    except ForbiddenHostError:
        result = ("forbidden_host",)
    except UnsupportedStrategyError:
        result = ("unsupported_strategy",)
    else:
        return on_the_wire(recorder, vector)
    assert recorder.written == b""
    return result


async def send_async(recorder: Recorder, settings: dict[str, Any], arguments: dict[str, Any]) -> None:
    transport = httpx.AsyncHTTPTransport(verify=TLS)
    transport._pool = httpcore.AsyncConnectionPool(ssl_context=TLS, network_backend=AsyncRecorder(recorder))
    async with AsyncBridge("https://nexus.example.com", API_KEY, transport=transport, **settings) as bridge:
        await bridge.connection(ID).request(**arguments)


def expected(vector: dict[str, Any]) -> Wire | tuple[str, ...]:
    if "error" in vector:
        return tuple(vector["error"].values())
    wire = vector["expected"]
    return wire["method"], wire["url"], grouped(wire["headers"]), body_of(wire)


def spoilt(vector: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns copies of the vector, each with another wrong value."""
    wrong = []
    for name in vector.get("error", {}):
        wrong.append(copy.deepcopy(vector))
        wrong[-1]["error"][name] = "another"
    if "expected" in vector:
        for name in ("method", "url", "body"):
            wrong.append(copy.deepcopy(vector))
            value = wrong[-1]["expected"].get(name, "")
            wrong[-1]["expected"].pop("body_base64", None) if name == "body" else None
            wrong[-1]["expected"][name] = value + "x"
        for index in range(len(vector["expected"]["headers"])):
            wrong.append(copy.deepcopy(vector))
            wrong[-1]["expected"]["headers"][index][1] += "x"
    return wrong


def test_there_are_at_least_150_vectors() -> None:
    assert len(ALL) >= 150


@each_kind
@named
def test_the_request_on_the_wire_equals_the_vector(vector: dict[str, Any], kind: str) -> None:
    assert outcome(vector, kind) == expected(vector)


@named
def test_a_wrong_vector_fails(vector: dict[str, Any]) -> None:
    sent = outcome(vector, "sync")

    wrong = spoilt(vector)

    assert wrong
    assert all(sent != expected(each) for each in wrong)
