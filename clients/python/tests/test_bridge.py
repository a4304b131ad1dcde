from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import Any

import anyio
import httpx
import pytest

from nexus_client import AsyncBridge, Bridge, BridgeError, ForbiddenHostError, GatewayError, UnsupportedStrategyError

from .conftest import API_KEY, ID, NEXT, SECRET, Answer, Gateway, LocalServer, MakeBridge, error, keys, token, until


def test_the_provider_receives_the_credential(make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer) -> None:
    provider.answer = lambda request: Answer(201, request.body.decode(), {"X-Own": "1"})

    response = (
        make_bridge().connection().request("POST", provider.url + "/a?b=1", json={"c": 1}, headers={"X-Tag": "t"})
    )

    assert (response.status_code, response.json(), response.headers["X-Own"]) == (201, {"c": 1}, "1")
    assert (provider.received[0].method, provider.received[0].path) == ("POST", "/a?b=1")
    assert provider.received[0].headers["x-tag"] == "t"
    assert provider.received[0].headers["accept-encoding"] == "gzip, deflate"
    assert keys(provider) == ["Bearer " + SECRET]
    assert gateway.received[0].headers["x-api-key"] == API_KEY


def test_a_credential_is_cached(make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer) -> None:
    bridge = make_bridge()

    for _ in range(3):
        bridge.connection().get(provider.url)

    assert len(gateway.received) == 1


def test_without_a_hold_time_each_request_fetches(
    make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer
) -> None:
    bridge = make_bridge(hold_for=0)

    for _ in range(3):
        bridge.connection().get(provider.url)

    assert len(gateway.received) == 3


def test_an_expired_credential_is_fetched_again(
    make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    bridge = make_bridge(hold_for=60)
    bridge.connection().get(provider.url)
    real = time.monotonic
    monkeypatch.setattr("nexus_client._tokens.time.monotonic", lambda: real() + 61)

    bridge.connection().get(provider.url)

    assert len(gateway.received) == 2


def test_expired_credentials_of_other_connections_are_removed(
    make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway.tokens[NEXT] = token("next")
    bridge = make_bridge(hold_for=60)
    bridge.connection(ID).get(provider.url)
    real = time.monotonic
    monkeypatch.setattr("nexus_client._tokens.time.monotonic", lambda: real() + 61)

    bridge.connection(NEXT).get(provider.url)

    assert list(bridge.inner._tokens.cache._tokens) == [NEXT]


def test_the_case_of_an_id_does_not_matter(make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer) -> None:
    bridge = make_bridge()
    bridge.connection(ID).get(provider.url)
    bridge.connection(ID.upper()).get(provider.url)
    assert len(gateway.received) == 1

    bridge.connection(ID.upper()).forget()
    bridge.connection(ID).get(provider.url)

    assert len(gateway.received) == 2


def test_the_cache_has_a_maximum_size(make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer) -> None:
    gateway.tokens[NEXT] = token("next")
    bridge = make_bridge(hold_at_most=1)

    for connection_id in (ID, NEXT, ID):
        bridge.connection(connection_id).get(provider.url)

    assert keys(provider) == ["Bearer " + SECRET, "Bearer next", "Bearer " + SECRET]
    assert len(gateway.received) == 3


def test_concurrent_requests_share_one_fetch(make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer) -> None:
    release = threading.Event()
    answer = gateway.answer
    gateway.answer = lambda request: answer(request) if release.wait(10) else Answer(500)
    bridge = make_bridge()

    with ThreadPoolExecutor(20) as pool:
        calls = [pool.submit(bridge.connection().get, provider.url) for _ in range(20)]
        until(lambda: len(gateway.received) == 1)
        release.set()

    assert all(call.result().status_code == 200 for call in calls)
    assert len(gateway.received) == 1


def test_a_slow_fetch_does_not_delay_another_connection(
    make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer
) -> None:
    release = threading.Event()
    gateway.tokens[NEXT] = token("next")
    answer = gateway.answer
    gateway.answer = lambda request: answer(request) if NEXT in request.path or release.wait(10) else Answer(500)
    bridge = make_bridge()

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(bridge.connection(ID).get, provider.url)
        until(lambda: len(gateway.received) == 1)
        assert bridge.connection(NEXT).get(provider.url).status_code == 200
        release.set()
        assert slow.result().status_code == 200


def test_waiting_requests_share_the_error_of_a_fetch(
    make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer
) -> None:
    release = threading.Event()
    gateway.answer = lambda _: error(404, "connection_not_found") if release.wait(10) else Answer(500)
    bridge = make_bridge()

    with ThreadPoolExecutor(5) as pool:
        calls = [pool.submit(bridge.connection().get, provider.url) for _ in range(5)]
        until(lambda: len(gateway.received) == 1)
        time.sleep(0.2)  # the other four wait for the first
        release.set()
        errors = [call.exception() for call in calls]

    assert [type(each) for each in errors] == [GatewayError] * 5
    assert len({id(each) for each in errors}) == 5
    assert provider.received == []


def test_waiting_requests_share_the_error_about_a_token(
    make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer
) -> None:
    release = threading.Event()
    unsupported = token(strategy={"type": "newer", "config": {}})
    gateway.answer = lambda _: unsupported if release.wait(10) else Answer(500)
    bridge = make_bridge()

    with ThreadPoolExecutor(5) as pool:
        calls = [pool.submit(bridge.connection().get, provider.url) for _ in range(5)]
        until(lambda: len(gateway.received) == 1)
        time.sleep(0.2)  # the other four wait for the first
        release.set()
        errors = [call.exception() for call in calls]

    assert [type(each) for each in errors] == [UnsupportedStrategyError] * 5
    assert len({str(each) for each in errors}) == 1
    assert len({id(each) for each in errors}) == 5
    assert len(gateway.received) == 1


def test_a_cancelled_fetch_does_not_end_waiting_requests(gateway: Gateway, provider: LocalServer) -> None:
    release = threading.Event()
    answer = gateway.answer
    gateway.answer = lambda request: answer(request) if release.wait(10) else Answer(500)

    async def run() -> int:
        async with AsyncBridge(gateway.url, API_KEY) as bridge:
            status = []

            async def get() -> None:
                status.append((await bridge.connection(ID).get(provider.url)).status_code)

            async with anyio.create_task_group() as group:
                first = anyio.CancelScope()

                async def cancelled() -> None:
                    with first:
                        await get()

                group.start_soon(cancelled)
                await anyio.wait_all_tasks_blocked()
                group.start_soon(get)
                await anyio.wait_all_tasks_blocked()
                first.cancel()
                release.set()
            return status[0]

    assert anyio.run(run) == 200


def test_401_fetches_the_credential_again_and_repeats_once(
    make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer
) -> None:
    bridge = make_bridge()
    bridge.connection().get(provider.url)
    gateway.tokens[ID] = token("rotated")
    provider.answer = lambda r: Answer(200 if r.headers["authorization"] == "Bearer rotated" else 401, "answer")

    response = bridge.connection().request("POST", provider.url, content=iter_or_async(bridge.inner))

    assert (response.status_code, response.text) == (200, "answer")
    assert keys(provider)[1:] == ["Bearer " + SECRET, "Bearer rotated"]
    assert [request.body for request in provider.received[1:]] == [b"a b", b"a b"]
    assert len(gateway.received) == 2


def test_a_second_401_is_returned(make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer) -> None:
    provider.answer = lambda _: Answer(401, "wrong")

    response = make_bridge().connection().get(provider.url)

    assert (response.status_code, response.text) == (401, "wrong")
    assert len(provider.received) == 2
    assert len(gateway.received) == 2


def test_a_host_that_is_not_allowed_receives_nothing(
    make_bridge: MakeBridge, gateway: Gateway, stranger: LocalServer
) -> None:
    gateway.tokens[ID] = token(allowed_hosts=["api.example.org"])

    with pytest.raises(ForbiddenHostError, match=r"Send the request to one of: api\.example\.org") as refused:
        make_bridge().connection().get(stranger.url + "/evil")

    assert stranger.received == []
    assert "evil" not in str(refused.value)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize("url", ["https://evil.example\\.localhost/", "https://evil.example\\/x"])
def test_a_backslash_in_the_host_is_refused_because_clients_read_it_differently(
    make_bridge: MakeBridge, gateway: Gateway, url: str
) -> None:
    gateway.tokens[ID] = Answer(200, token().body.replace(', "allowed_hosts": ["localhost"]', ""))

    with pytest.raises(ForbiddenHostError, match="Remove the backslash"):
        make_bridge().connection().apply("GET", url)


def test_a_redirect_of_the_provider_is_returned(
    make_bridge: MakeBridge, provider: LocalServer, stranger: LocalServer
) -> None:
    provider.answer = lambda _: Answer(302, "", {"Location": stranger.url})

    response = make_bridge().connection().get(provider.url)

    assert response.status_code == 302
    assert stranger.received == []


@pytest.mark.parametrize("hosts", [["localhost"], None])
def test_a_redirect_is_not_followed_even_if_the_caller_asks_for_it(
    make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer, stranger: LocalServer, hosts: list[str] | None
) -> None:
    if hosts is None:
        gateway.tokens[ID] = Answer(200, token().body.replace(', "allowed_hosts": ["localhost"]', ""))
    provider.answer = lambda _: Answer(307, "", {"Location": stranger.url})

    with pytest.raises(BridgeError, match="follow_redirects"):
        make_bridge().connection().get(provider.url, follow_redirects=True)

    assert len(provider.received) == 1
    assert stranger.received == []


def test_an_unknown_strategy_is_refused(make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer) -> None:
    gateway.tokens[ID] = token(strategy={"type": "dpop", "config": {}})

    with pytest.raises(UnsupportedStrategyError, match="Use a newer version"):
        make_bridge().connection().get(provider.url)

    assert provider.received == []


def test_an_unknown_member_of_a_strategy_is_refused_by_its_name(
    make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer
) -> None:
    gateway.tokens[ID] = token(strategy={"type": "aws_sigv4", "config": {"service": "sts", "newer_field": "canary"}})

    with pytest.raises(UnsupportedStrategyError, match=r"/config/newer_field .* Use a newer version") as refused:
        make_bridge().connection().get(provider.url)

    assert "canary" not in str(refused.value)
    assert provider.received == []


def test_a_large_body_is_refused(make_bridge: MakeBridge, provider: LocalServer) -> None:
    bridge = make_bridge()

    with pytest.raises(BridgeError, match="8 MiB"):
        bridge.connection().request("POST", provider.url, content=b"x" * (8 * 1024 * 1024 + 1))

    assert provider.received == []


def test_spaces_around_aws_keys_are_ignored(make_bridge: MakeBridge, gateway: Gateway) -> None:
    strategy = {"type": "aws_sigv4", "config": {"service": "sts"}}
    ready = []

    for credentials in ({"access_key": "AKID", "secret_key": "s"}, {"access_key": " AKID ", "secret_key": "s\n"}):
        gateway.tokens[ID] = token(strategy=strategy, credentials=credentials)
        bridge = make_bridge(clock=lambda: datetime(2026, 1, 31, tzinfo=timezone.utc))
        ready.append(bridge.connection().apply("GET", "http://localhost:1/"))

    assert ready[0].headers == ready[1].headers


def test_apply_returns_the_request_for_another_client(make_bridge: MakeBridge) -> None:
    ready = make_bridge().connection().apply("GET", "http://localhost:1/a?b=1#c")

    assert (ready.method, ready.url, ready.body) == ("GET", "http://localhost:1/a?b=1", b"")
    assert ready.headers == (("Authorization", "Bearer " + SECRET),)
    assert repr(ready) == "OutgoingRequest(GET http://localhost:1)"


@pytest.mark.parametrize(
    "headers", [{"X-Tag": "t"}, [("X-Tag", "t")], httpx.Headers({"X-Tag": "t"}), iter([("X-Tag", "t")])]
)
def test_apply_accepts_the_headers_of_httpx(gateway: Gateway, headers: Any) -> None:
    with Bridge(gateway.url, API_KEY) as bridge:
        ready = bridge.connection(ID).apply("GET", "http://localhost:1/", headers)

    assert {name.lower(): value for name, value in ready.headers} == {"x-tag": "t", "authorization": "Bearer " + SECRET}


def test_repeated_headers_of_httpx_stay_separate_lines(make_bridge: MakeBridge) -> None:
    headers = httpx.Headers([("X-Tag", "a"), ("X-Tag", "b")])

    ready = make_bridge().connection().apply("GET", "http://localhost:1/", headers=headers)

    assert [value for name, value in ready.headers if name.lower() == "x-tag"] == ["a", "b"]


@pytest.mark.parametrize(
    "headers", ["X-Tag: canary", ["X-Tag: canary"], [("canary",)], [("X-Tag", 1)], {"canary": None}]
)
def test_headers_of_another_form_are_refused(make_bridge: MakeBridge, headers: Any) -> None:
    with pytest.raises(TypeError, match="headers must be a mapping or a list of pairs") as refused:
        make_bridge().connection().apply("GET", "http://localhost:1/", headers=headers)

    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("body", ["canary", {"canary": 1}, None])
def test_a_body_that_is_not_bytes_is_refused(make_bridge: MakeBridge, body: Any) -> None:
    with pytest.raises(TypeError, match="body must be bytes") as refused:
        make_bridge().connection().apply("POST", "http://localhost:1/", body=body)

    assert "canary" not in str(refused.value)


def test_a_header_host_of_another_host_is_refused(make_bridge: MakeBridge, provider: LocalServer) -> None:
    connection = make_bridge().connection()

    with pytest.raises(ForbiddenHostError, match="header Host"):
        connection.get(provider.url, headers={"Host": "other.example.com"})
    with pytest.raises(ForbiddenHostError, match="header Host"):
        connection.apply("GET", provider.url, headers={"host": "other.example.com"})

    assert provider.received == []


@pytest.mark.parametrize(
    ("end", "path"), [("", "/botk"), ("?a=1", "/botk?a=1"), ("/", "/botk/"), ("/?a=1", "/botk/?a=1"), ("/a", "/botk/a")]
)
def test_a_path_segment_is_added_to_the_path_as_it_is_written(
    make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer, end: str, path: str
) -> None:
    strategy = {"type": "path_segment", "config": {"segment_prefix": "bot"}}
    gateway.tokens[ID] = token("k", strategy=strategy)
    connection = make_bridge().connection()

    connection.get(provider.url + end)

    assert provider.received[0].path == path
    assert connection.apply("GET", provider.url + end).url == provider.url + path


@pytest.mark.parametrize("url", ["/path", "ftp://localhost/", "https://", "http://[", ""])
def test_an_invalid_url_is_refused(make_bridge: MakeBridge, url: str) -> None:
    with pytest.raises((BridgeError, httpx.UnsupportedProtocol, httpx.InvalidURL)):
        make_bridge().connection().get(url)


def iter_or_async(bridge: Bridge | AsyncBridge) -> Any:
    """Returns a body that can be read only once."""
    if isinstance(bridge, Bridge):
        return iter([b"a ", b"b"])

    async def parts() -> Any:
        yield b"a "
        yield b"b"

    return parts()
