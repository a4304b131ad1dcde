from __future__ import annotations

import logging
import socket
import traceback
from typing import Any

import httpx
import pytest

from nexus_client import AsyncBridge, Bridge, GatewayError

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

    report = "".join(traceback.TracebackException.from_exception(failed.value, capture_locals=True).format())
    assert "handle" in report
    assert SECRET not in report
    assert API_KEY not in report


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
