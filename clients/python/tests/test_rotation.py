from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from .conftest import ID, NEXT, SECRET, Answer, Gateway, LocalServer, MakeBridge, keys, token, until


def test_a_successor_is_not_followed_by_default(
    make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer
) -> None:
    gateway.supersede()
    connection = make_bridge().connection()

    connection.get(provider.url)

    assert keys(provider) == ["Bearer " + SECRET]
    assert connection.current_id == ID
    assert not [request for request in gateway.received if NEXT in request.path]


def test_an_accepted_successor_is_followed(make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer) -> None:
    gateway.supersede()
    connection = make_bridge(follow_successors={NEXT}.__contains__).connection()

    connection.get(provider.url)
    connection.get(provider.url)

    assert keys(provider) == ["Bearer next", "Bearer next"]
    assert connection.current_id == NEXT
    assert len(gateway.received) == 2


def test_a_successor_that_is_no_longer_accepted_is_not_used(
    make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer
) -> None:
    gateway.supersede()
    accepted = {NEXT}
    connection = make_bridge(follow_successors=accepted.__contains__).connection()
    connection.get(provider.url)
    accepted.clear()

    connection.get(provider.url)

    assert keys(provider) == ["Bearer next", "Bearer " + SECRET]
    assert connection.current_id == ID


def test_if_the_successor_cannot_be_read_the_old_credential_is_used(
    make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer
) -> None:
    gateway.supersede()
    del gateway.tokens[NEXT]

    make_bridge(follow_successors=lambda _: True).connection().get(provider.url)

    assert keys(provider) == ["Bearer " + SECRET]


def test_a_circle_of_successors_ends(make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer) -> None:
    gateway.tokens[ID] = token(replaced_by=NEXT)
    gateway.tokens[NEXT] = token("next", replaced_by=ID)

    make_bridge(follow_successors=lambda _: True).connection().get(provider.url)

    assert keys(provider) == ["Bearer next"]


def test_forget_fetches_the_credential_again(make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer) -> None:
    gateway.supersede()
    bridge = make_bridge(follow_successors=lambda _: True)
    bridge.connection().get(provider.url)

    bridge.connection(NEXT).forget()
    bridge.connection().get(provider.url)

    assert len([request for request in gateway.received if NEXT in request.path]) == 2


def test_the_current_id_is_known_after_the_first_request_of_a_new_bridge(
    make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer
) -> None:
    gateway.supersede()
    connection = make_bridge(follow_successors=lambda _: True).connection()
    assert connection.current_id == ID

    connection.get(provider.url)

    assert connection.current_id == NEXT


def test_the_current_id_stays_after_forget(make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer) -> None:
    gateway.supersede()
    connection = make_bridge(follow_successors=lambda _: True).connection()
    connection.get(provider.url)

    connection.forget()

    assert connection.current_id == NEXT


def test_a_fetch_that_began_before_forget_is_not_cached(
    make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer
) -> None:
    release = threading.Event()
    gateway.answer = lambda _: token("old") if release.wait(10) else Answer(500)
    bridge = make_bridge()
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(bridge.connection().get, provider.url)
        until(lambda: len(gateway.received) == 1)

        bridge.connection().forget()
        release.set()
        slow.result()
    gateway.answer = lambda _: token("new")
    bridge.connection().get(provider.url)

    assert keys(provider) == ["Bearer old", "Bearer new"]


def test_an_async_predicate_accepts_no_successor(
    make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer
) -> None:
    async def accepted(_: str) -> bool:
        return True

    gateway.supersede()
    connection = make_bridge(follow_successors=accepted).connection()

    with pytest.raises(TypeError, match="follow_successors must return True or False"):
        connection.get(provider.url)

    assert not [request for request in gateway.received if NEXT in request.path]
    assert provider.received == []


@pytest.mark.parametrize("result", [None, 1, "yes", NEXT])
def test_a_predicate_that_returns_another_value_accepts_no_successor(
    make_bridge: MakeBridge, gateway: Gateway, provider: LocalServer, result: object
) -> None:
    gateway.supersede()

    with pytest.raises(TypeError, match="follow_successors must return True or False"):
        make_bridge(follow_successors=lambda _: result).connection().get(provider.url)

    assert provider.received == []
