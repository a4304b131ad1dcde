"""The cache of tokens. Concurrent callers share one fetch."""

from __future__ import annotations

import inspect
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

import anyio

from ._errors import GatewayError, NexusError
from ._gateway import AsyncGateway, Gateway, token_call
from ._token import Token

MAX_HOPS = 8
KNOWN_SUCCESSORS = 10_000

SuccessorPredicate = Callable[[str], bool]

# The id of a connection, and the number of calls of `forget` before the fetch. A caller after `forget` fetches again.
_Key = tuple[str, int]


class TokenCache:
    """Tokens and known successors. Thread-safe: each method holds the lock only for operations in memory."""

    def __init__(self, accepted: SuccessorPredicate, hold_for: float, hold_at_most: int) -> None:
        if not 0 <= hold_for <= 3600:
            raise ValueError("hold_for must be from 0 to 3600 seconds")
        if hold_at_most < 1:
            raise ValueError("hold_at_most must be 1 or more")
        self._accepted = _strict(accepted)
        self._hold_for = hold_for
        self._hold_at_most = hold_at_most
        self._lock = threading.Lock()
        self._tokens: OrderedDict[str, tuple[Token, float]] = OrderedDict()
        self._successors: OrderedDict[str, str] = OrderedDict()
        self._forgotten = 0

    @property
    def forgotten(self) -> int:
        """The number of calls of `forget` and `forget_all`."""
        return self._forgotten

    def get(self, connection_id: str) -> Token | None:
        """Returns the cached token, unless it has expired or the application no longer accepts its connection."""
        with self._lock:
            self._remove_expired()
            token, _ = self._tokens.get(connection_id, (None, 0.0))
        if token is None:
            return None
        # The predicate is code of the application. It must not run under the lock.
        if token.connection_id != connection_id and not self._accepted(token.connection_id):
            self.forget_token(connection_id, token)
            return None
        return token

    def fetch(self, connection_id: str) -> Generator[str, Token | GatewayError, Token]:
        """Yields the ids to fetch, receives each token or error, and returns the token to use.

        The check of a successor is before its fetch, so that a refused credential never reaches this process.
        """
        with self._lock:
            begun = self._forgotten
        received = yield self.current_id(connection_id)
        if isinstance(received, GatewayError):
            raise received
        token, seen = received, {received.connection_id}
        while token.replaced_by is not None and len(seen) <= MAX_HOPS:
            successor = token.replaced_by
            if successor in seen or not self._accepted(successor):
                break
            seen.add(successor)
            received = yield successor
            if isinstance(received, GatewayError):
                # The superseded connection is still usable during its grace period.
                break
            self._remember_successor(token.connection_id, successor)
            token = received
        self._store(connection_id, token, begun)
        return token

    def current_id(self, connection_id: str) -> str:
        current = connection_id
        for _ in range(MAX_HOPS):
            with self._lock:
                successor = self._successors.get(current)
            if successor is None or not self._accepted(successor):
                break
            current = successor
        return current

    def forget_token(self, connection_id: str, refused: Token) -> None:
        """Removes a token that the provider refused, unless it has been replaced since."""
        with self._lock:
            if self._tokens.get(connection_id, (None, 0.0))[0] is refused:
                del self._tokens[connection_id]

    def forget(self, connection_id: str) -> None:
        """Removes the token of a connection, also for the connections that it has superseded."""
        with self._lock:
            # A fetch that has begun earlier must not store its token.
            self._forgotten += 1
            for key, (token, _) in list(self._tokens.items()):
                if connection_id in (key, token.connection_id):
                    del self._tokens[key]

    def forget_all(self) -> None:
        with self._lock:
            self._forgotten += 1
            self._tokens.clear()

    def _remove_expired(self) -> None:
        """Removes the expired tokens. The oldest token is first."""
        now = time.monotonic()
        while self._tokens and next(iter(self._tokens.values()))[1] <= now:
            self._tokens.popitem(last=False)

    def _store(self, connection_id: str, token: Token, begun: int) -> None:
        with self._lock:
            self._remove_expired()
            if self._forgotten != begun or self._hold_for == 0:
                return
            self._tokens[connection_id] = (token, time.monotonic() + self._hold_for)
            self._tokens.move_to_end(connection_id)
            while len(self._tokens) > self._hold_at_most:
                self._tokens.popitem(last=False)

    def _remember_successor(self, connection_id: str, successor: str) -> None:
        with self._lock:
            self._successors[connection_id] = successor
            while len(self._successors) > KNOWN_SUCCESSORS:
                self._successors.popitem(last=False)


def _strict(accepted: SuccessorPredicate) -> SuccessorPredicate:
    """Refuses other results than True and False. A coroutine is true, and would accept the credential of anybody."""

    def checked(connection_id: str) -> bool:
        result: object = accepted(connection_id)
        if inspect.iscoroutine(result):
            result.close()
        if not isinstance(result, bool):
            raise TypeError("follow_successors must return True or False. Use a function without async.")
        return result

    return checked


@dataclass
class _Flight:
    """A fetch that other threads wait for. It has no outcome if it was interrupted."""

    done: threading.Event = field(default_factory=threading.Event)
    outcome: Token | NexusError | None = None


class Tokens:
    """Returns tokens to threads. The fetch of one connection never delays another connection."""

    def __init__(self, gateway: Gateway, cache: TokenCache) -> None:
        self.cache = cache
        self._gateway = gateway
        self._lock = threading.Lock()
        self._flights: dict[_Key, _Flight] = {}

    def of(self, connection_id: str) -> Token:
        """Returns the token of a connection, or of its accepted successor."""
        while True:
            token = self.cache.get(connection_id)
            if token is not None:
                return token
            key = (connection_id, self.cache.forgotten)
            with self._lock:
                flight = self._flights.get(key)
                leads = flight is None
                if flight is None:
                    flight = self._flights[key] = _Flight()
            if leads:
                return self._lead(key, flight)
            flight.done.wait()
            if isinstance(flight.outcome, NexusError):
                raise flight.outcome.copy()
            if flight.outcome is not None:
                return flight.outcome

    def _lead(self, key: _Key, flight: _Flight) -> Token:
        try:
            flight.outcome = self._fetch(key[0])
            return flight.outcome
        except NexusError as error:
            flight.outcome = error.copy()
            raise
        finally:
            with self._lock:
                del self._flights[key]
            flight.done.set()

    def _fetch(self, connection_id: str) -> Token:
        steps = self.cache.fetch(connection_id)
        wanted = next(steps)
        while True:
            received: Token | GatewayError
            try:
                received = self._gateway.run(token_call(wanted))
            except GatewayError as error:
                received = error
            try:
                wanted = steps.send(received)
            except StopIteration as end:
                return _token(end)


@dataclass
class _AsyncFlight:
    done: anyio.Event = field(default_factory=anyio.Event)
    outcome: Token | NexusError | None = None


class AsyncTokens:
    """Returns tokens to tasks of one event loop. If a task that fetches is cancelled, a waiting task fetches."""

    def __init__(self, gateway: AsyncGateway, cache: TokenCache) -> None:
        self.cache = cache
        self._gateway = gateway
        self._flights: dict[_Key, _AsyncFlight] = {}

    async def of(self, connection_id: str) -> Token:
        """Returns the token of a connection, or of its accepted successor."""
        while True:
            token = self.cache.get(connection_id)
            if token is not None:
                return token
            key = (connection_id, self.cache.forgotten)
            flight = self._flights.get(key)
            if flight is None:
                flight = self._flights[key] = _AsyncFlight()
                return await self._lead(key, flight)
            await flight.done.wait()
            if isinstance(flight.outcome, NexusError):
                raise flight.outcome.copy()
            if flight.outcome is not None:
                return flight.outcome

    async def _lead(self, key: _Key, flight: _AsyncFlight) -> Token:
        try:
            flight.outcome = await self._fetch(key[0])
            return flight.outcome
        except NexusError as error:
            flight.outcome = error.copy()
            raise
        finally:
            del self._flights[key]
            flight.done.set()

    async def _fetch(self, connection_id: str) -> Token:
        steps = self.cache.fetch(connection_id)
        wanted = next(steps)
        while True:
            received: Token | GatewayError
            try:
                received = await self._gateway.run(token_call(wanted))
            except GatewayError as error:
                received = error
            try:
                wanted = steps.send(received)
            except StopIteration as end:
                return _token(end)


def _token(end: StopIteration) -> Token:
    token = end.value
    assert isinstance(token, Token)
    return token
