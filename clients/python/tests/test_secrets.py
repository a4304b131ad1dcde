from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import httpx
import pytest

from nexus_client import (
    AsyncBridge,
    AsyncConnection,
    Bridge,
    ForbiddenHostError,
    GatewayError,
    InapplicableCredentialError,
    NexusClient,
    UnsupportedStrategyError,
)

from .conftest import API_KEY, ID, SECRET, Answer, Gateway, LocalServer, MakeBridge, token


def test_the_api_key_is_masked_in_messages(make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer) -> None:
    gateway.answer = lambda _: Answer(400, f'{{"error": "a\\nb{API_KEY}", "message": "no {API_KEY}\\r\\n"}}')

    with pytest.raises(GatewayError) as failed:
        make_bridge().connection().get(provider.url)

    assert API_KEY not in str(failed.value) + repr(failed.value)
    assert "\n" not in str(failed.value)


QUERY = {"type": "query_param", "config": {"param_name": "key"}}


def test_the_response_and_the_logs_do_not_show_the_credential(
    make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    gateway.tokens[ID] = token(strategy=QUERY)
    provider.answer = lambda _: Answer(404)

    response = make_bridge().connection().get(provider.url + "/a?b=1")

    assert provider.received[0].path == f"/a?b=1&key={SECRET}"
    assert str(response.request.url) == str(response.url) == provider.url + "/a?b=1"
    with pytest.raises(httpx.HTTPStatusError) as failed:
        response.raise_for_status()
    assert SECRET not in str(failed.value)
    assert "HTTP Request" in caplog.text
    assert SECRET not in caplog.text
    assert API_KEY not in caplog.text


def test_an_exception_does_not_show_the_credential_even_with_local_variables(
    make_bridge: MakeBridge, gateway: Gateway
) -> None:
    gateway.tokens[ID] = token(strategy=QUERY)
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://localhost:{closed.getsockname()[1]}/"

    with pytest.raises(httpx.ConnectError) as failed:
        make_bridge().connection().get(url)

    assert "handle" in report(failed.value)
    assert_no_secret(failed.value)


def report(error: BaseException) -> str:
    """Returns what an error tracker collects: the traceback with the local variables."""
    return "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())


def assert_no_secret(error: BaseException) -> None:
    assert SECRET not in report(error)
    assert API_KEY not in report(error)


HEADER = {"type": "header", "config": {}}
HMAC = {"type": "hmac_payload", "config": {"header_name": "X-S", "secret_encoding": "hex", "secret_field": "api_key"}}
AWS = {"type": "aws_sigv4", "config": {"service": "sts", "region_field": "region"}}


# The tests read it here, because the traceback has the arguments of a test.
UNFIT: dict[str, tuple[Any, Any]] = {
    "newer": ({"type": "newer", "config": {}}, {"api_key": SECRET}),
    "header": (HEADER, {"api_key": SECRET + "\n"}),
    "basic_auth": ({"type": "basic_auth", "config": {}}, {"username": "u", "password": SECRET + "\n"}),
    "path_segment": ({"type": "path_segment", "config": {"position": 9}}, {"api_key": SECRET}),
    "body_field": ({"type": "body_field", "config": {"field_name": "k"}}, {"api_key": SECRET}),
    "hmac_payload": (HMAC, {"api_key": SECRET}),
    "aws_sigv4": (AWS, {"access_key": "AK", "secret_key": SECRET, "region": "a/b"}),
}


@pytest.mark.parametrize("name", UNFIT)
def test_a_credential_that_does_not_fit_is_not_in_the_local_variables(
    make_bridge: MakeBridge, gateway: Gateway, name: str
) -> None:
    gateway.tokens[ID] = token(strategy=UNFIT[name][0], credentials=UNFIT[name][1])

    with pytest.raises((UnsupportedStrategyError, InapplicableCredentialError)) as failed:
        make_bridge().connection().request("POST", "http://localhost:1/a", content=b"[1]")

    assert_no_secret(failed.value)


@pytest.mark.parametrize("hosts", ["localhost", ["a b"]])
def test_a_token_that_cannot_be_read_is_not_in_the_local_variables(
    make_bridge: MakeBridge, gateway: Gateway, hosts: Any
) -> None:
    gateway.tokens[ID] = token(allowed_hosts=hosts)

    with pytest.raises((GatewayError, ForbiddenHostError)) as failed:
        make_bridge(retries=0).connection().get("http://localhost:1/")

    assert_no_secret(failed.value)


def test_an_answer_of_another_form_is_not_in_the_local_variables(gateway: Gateway) -> None:
    gateway.tokens[ID] = Answer(200, json.dumps({"credentials": {"api_key": SECRET}}))

    with NexusClient(gateway.url, API_KEY, retries=0) as client, pytest.raises(GatewayError) as failed:
        client.token(ID)

    assert_no_secret(failed.value)


Serve = Callable[[bytes], str]


@pytest.fixture
def raw_server() -> Iterator[Serve]:
    """Starts servers that answer each request with given bytes, and then keep the connection open."""
    sockets: list[socket.socket] = []

    def serve(answer: bytes) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        sockets.append(listener)

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                sockets.append(connection)
                request = connection.recv(65536)
                if request:
                    connection.sendall(answer.replace(b"TARGET", request.split(b" ")[1]))

        threading.Thread(target=accept, daemon=True).start()
        return f"http://localhost:{listener.getsockname()[1]}"

    yield serve
    for each in sockets:
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n"


@pytest.mark.parametrize("answer", [b"", HEAD])
def test_a_timeout_of_the_provider_does_not_show_the_credential(
    make_bridge: MakeBridge, gateway: Gateway, raw_server: Serve, answer: bytes
) -> None:
    gateway.tokens[ID] = token(strategy=QUERY)

    with pytest.raises(httpx.ReadTimeout) as failed:
        make_bridge().connection().get(raw_server(answer), timeout=0.2)

    assert_no_secret(failed.value)


async def limited(library: str, connection: AsyncConnection, url: str) -> None:
    """Sends a request, with the time limit of a library."""
    if library == "asyncio":
        await asyncio.wait_for(connection.get(url), 0.2)
    else:
        with anyio.fail_after(0.2):
            await connection.get(url)


@pytest.mark.parametrize("answer", [b"", HEAD])
@pytest.mark.parametrize("library", ["asyncio", "anyio", "trio"])
def test_a_cancellation_does_not_show_the_credential(
    gateway: Gateway, raw_server: Serve, answer: bytes, library: str
) -> None:
    gateway.tokens[ID] = token(strategy=QUERY)
    url = raw_server(answer)

    async def run() -> None:
        async with AsyncBridge(gateway.url, API_KEY) as bridge:
            connection = bridge.connection(ID)
            await connection.apply("GET", url)
            with pytest.raises((TimeoutError, asyncio.TimeoutError)) as failed:
                await limited(library, connection, url)
            assert_no_secret(failed.value)

    anyio.run(run, backend="trio" if library == "trio" else "asyncio")


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize("answer", [OK + b"bad TARGET\r\n\r\n", OK + b"Transfer-Encoding: chunked\r\n\r\nTARGET\r\n"])
def test_an_error_about_the_response_does_not_quote_it(
    make_bridge: MakeBridge, gateway: Gateway, raw_server: Serve, answer: bytes
) -> None:
    gateway.tokens[ID] = token(strategy=QUERY)

    with pytest.raises(httpx.RemoteProtocolError, match="its response is not valid HTTP") as failed:
        make_bridge().connection().get(raw_server(answer))

    assert SECRET not in str(failed.value)
    assert failed.value.__context__ is None


def test_extensions_of_a_request_neither_see_nor_redirect_the_credential(
    make_bridge: MakeBridge, provider: LocalServer
) -> None:
    seen: list[object] = []
    extensions = {"trace": lambda *event: seen.append(event), "target": b"http://evil.example/steal"}

    make_bridge().connection().get(provider.url + "/a", extensions=extensions)

    assert provider.received[0].path == "/a"
    assert seen == []


def test_a_timeout_of_the_gateway_does_not_show_the_part_of_the_token(raw_server: Serve) -> None:
    url = raw_server(HEAD + token().body.encode())

    with (
        NexusClient(url, API_KEY, retries=0, timeout=0.2) as client,
        pytest.raises(GatewayError, match="did not respond") as failed,
    ):
        client.token(ID)

    assert_no_secret(failed.value)


@pytest.mark.parametrize("library", ["asyncio", "anyio", "trio"])
def test_a_cancelled_fetch_does_not_show_the_part_of_the_token(raw_server: Serve, library: str) -> None:
    url = raw_server(HEAD + token().body.encode())

    async def run() -> None:
        async with AsyncBridge(url, API_KEY) as bridge:
            with pytest.raises((TimeoutError, asyncio.TimeoutError)) as failed:
                await limited(library, bridge.connection(ID), "http://localhost:1")
            assert_no_secret(failed.value)

    anyio.run(run, backend="trio" if library == "trio" else "asyncio")


def test_spaces_around_a_header_do_not_lead_to_an_error_with_its_value(
    make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer
) -> None:
    gateway.tokens[ID] = token(" canary  ", strategy={"type": "header", "config": {"header_name": "X-Key"}})

    make_bridge().connection().get(provider.url)

    assert provider.received[0].headers["x-key"] == "canary"


def test_an_illegal_header_is_refused_without_its_value(make_bridge: MakeBridge, provider: LocalServer) -> None:
    with pytest.raises(httpx.LocalProtocolError, match="The HTTP client refused the request") as refused:
        make_bridge().connection().get(provider.url, headers={"X-Own": "canary\x00"})

    assert "canary" not in str(refused.value)


def test_repr_does_not_show_secrets(make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer) -> None:
    bridge = make_bridge()
    connection = bridge.connection()
    connection.get(provider.url)

    texts = [repr(bridge.inner), repr(connection.inner), repr(bridge.inner._settings)]
    cached = bridge.inner._tokens.cache.get(ID)

    assert gateway.url in texts[0]
    assert ID in texts[1]
    assert ID in repr(cached)
    for text in [*texts, repr(cached), repr(vars(cached))]:
        assert SECRET not in text
        assert API_KEY not in text


@pytest.mark.parametrize(
    "url",
    [
        "http://nexus.example.com",
        "https://user:canary@nexus.example.com",
        "https://nexus.example.com?a=canary",
        "ftp://localhost",
        "nexus.example.com",
        "https://\ncanary",
    ],
)
@pytest.mark.parametrize("bridge", [Bridge, AsyncBridge])
def test_an_invalid_gateway_url_is_refused(bridge: type[Bridge] | type[AsyncBridge], url: str) -> None:
    with pytest.raises(ValueError, match="gateway_url must be an https URL") as refused:
        bridge(url, API_KEY)

    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    "settings", [{"hold_for": -1}, {"hold_for": 3601}, {"hold_at_most": 0}, {"retries": 11}, {"gateway_timeout": 0}]
)
def test_settings_have_limits(settings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(settings))):
        Bridge("https://nexus.example.com", API_KEY, **settings)


def test_an_invalid_api_key_is_refused_without_its_value() -> None:
    with pytest.raises(ValueError, match="api_key must be") as refused:
        Bridge("https://nexus.example.com", "canary\n")

    assert "canary" not in str(refused.value)
