from __future__ import annotations

import threading
import time

import pytest

from nexus_client import GatewayError

from .conftest import Answer, Gateway, LocalServer, MakeBridge, error, token


def test_503_is_retried(make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer) -> None:
    answers = iter([error(503, "unavailable", **{"Retry-After": "0"}), error(429, "rate_limited"), Answer(503)])
    gateway.answer = lambda _: next(answers, token())

    assert make_bridge().connection().get(provider.url).status_code == 200
    assert len(gateway.received) == 4


def test_retry_after_is_awaited(make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer) -> None:
    answers = iter([error(503, "unavailable", **{"Retry-After": "1"})])
    gateway.answer = lambda _: next(answers, token())
    begin = time.monotonic()

    make_bridge().connection().get(provider.url)

    assert time.monotonic() - begin >= 1


def test_a_long_retry_after_fails_immediately(make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer) -> None:
    gateway.answer = lambda _: error(503, "unavailable", **{"Retry-After": "4"})

    with pytest.raises(GatewayError) as failed:
        make_bridge().connection().get(provider.url)

    assert (failed.value.status, failed.value.code, failed.value.retry_after) == (503, "unavailable", 4)
    assert len(gateway.received) == 1
    assert provider.received == []


def test_retries_are_limited(make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer) -> None:
    gateway.answer = lambda _: error(503, "unavailable", **{"Retry-After": "0"})

    with pytest.raises(GatewayError):
        make_bridge(retries=2).connection().get(provider.url)

    assert len(gateway.received) == 3


def test_an_error_has_the_id_of_the_request(make_bridge: MakeBridge, gateway: Gateway) -> None:
    gateway.answer = lambda _: error(404, "connection_not_found", **{"X-Request-Id": "r-1"})

    with pytest.raises(GatewayError, match=r"\(status 404, code connection_not_found, request r-1\)$") as failed:
        make_bridge().connection().get("http://localhost:1/")

    assert failed.value.request_id == "r-1"
    assert failed.value.copy().request_id == "r-1"


@pytest.mark.parametrize("received", ["", "a b", "x" * 65, "a/b?state=canary"])
def test_a_request_id_of_another_form_is_ignored(make_bridge: MakeBridge, gateway: Gateway, received: str) -> None:
    gateway.answer = lambda _: error(404, "connection_not_found", **{"X-Request-Id": received})

    with pytest.raises(GatewayError, match=r"code connection_not_found\)$") as failed:
        make_bridge().connection().get("http://localhost:1/")

    assert failed.value.request_id is None


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 500])
def test_other_errors_of_the_gateway_are_not_retried(
    make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer, status: int
) -> None:
    gateway.answer = lambda _: error(status, "some_code")

    with pytest.raises(GatewayError) as failed:
        make_bridge().connection().get(provider.url)

    assert (failed.value.status, failed.value.code) == (status, "some_code")
    assert len(gateway.received) == 1


@pytest.mark.parametrize(
    "body", ["", "canary", "[]", "{}", '{"strategy": {}}', '{"strategy": {}, "credentials": {}, "allowed_hosts": 1}']
)
def test_an_answer_that_is_not_a_token_is_unreachable(
    make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer, body: str
) -> None:
    gateway.answer = lambda _: Answer(200, body)

    with pytest.raises(GatewayError) as failed:
        make_bridge(retries=0).connection().get(provider.url)

    assert (failed.value.status, failed.value.code) == (0, "unreachable")
    assert "canary" not in str(failed.value)


def test_a_gateway_that_does_not_respond_is_unreachable(
    make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer
) -> None:
    release = threading.Event()
    gateway.answer = lambda _: token() if release.wait(10) else Answer(500)

    with pytest.raises(GatewayError, match=r"did not respond within 0\.2 s"):
        make_bridge(retries=0, gateway_timeout=0.2).connection().get(provider.url)
    release.set()


def test_a_redirect_of_the_gateway_is_not_followed(
    make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer, stranger: LocalServer
) -> None:
    gateway.answer = lambda _: Answer(307, "", {"Location": stranger.url})

    with pytest.raises(GatewayError) as failed:
        make_bridge().connection().get(provider.url)

    assert (failed.value.status, failed.value.code) == (307, "unexpected_answer")
    assert stranger.received == []


def test_an_id_that_is_not_a_uuid_is_refused_without_a_call(make_bridge: MakeBridge, gateway: Gateway) -> None:
    with pytest.raises(GatewayError, match="not a UUID") as failed:
        make_bridge().connection("../v1/connections").get("https://api.example.org")

    assert failed.value.status == 404
    assert gateway.received == []
