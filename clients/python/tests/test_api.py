from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timezone
from functools import partial
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from nexus_client import AsyncNexusClient, BegunConnection, Bridge, ErrorDetail, GatewayError, NexusClient

from .conftest import API_KEY, ID, NEXT, SECRET, Answer, LocalServer, error

CONNECTION = {
    "connection_id": ID,
    "status": "superseded",
    "workspace_id": "user_abc",
    "provider": {"id": "p1", "slug": "github", "name": "GitHub"},
    "label": "work",
    "created_at": "2026-01-31T09:00:00.000Z",
    "activated_at": "2026-01-31T09:01:00.000Z",
    "replaced_by": NEXT,
    "verification": {"status": "unverified", "reason": "timeout"},
}
PROVIDER = {
    "id": "p1",
    "slug": "github",
    "name": "GitHub",
    "auth_type": "api_key",
    "schema_version": 1,
    "strategy": {"type": "header", "config": {}},
    "scope": "tenant",
}
WEBHOOK = {
    "url": "https://your-app.com/events",
    "status": "enabled",
    "created_at": "2026-01-31T09:00:00.000Z",
    "updated_at": "2026-01-31T09:00:00.000Z",
    "secrets": [{"created_at": "2026-01-31T09:00:00.000Z"}],
    "pending": 0,
    "secret": "whsec_canary",
}
EVENT = {
    "id": "e1",
    "at": "2026-01-31T09:00:00.000Z",
    "action": "credential.read",
    "outcome": "success",
    "key_id": "k1",
    "request_id": "r1",
}


class AnyClient:
    """A client with or without async: `client.call("token", ID)`."""

    def __init__(self, kind: str, portal: BlockingPortal, url: str) -> None:
        self.portal = portal
        self.inner: NexusClient | AsyncNexusClient = (NexusClient if kind == "sync" else AsyncNexusClient)(url, API_KEY)

    def call(self, method: str, *arguments: Any, **options: Any) -> Any:
        bound = partial(getattr(self.inner, method), *arguments, **options)
        return bound() if isinstance(self.inner, NexusClient) else self.portal.call(bound)

    def items(self, method: str, **options: Any) -> list[Any]:
        """Reads all pages of a list."""
        items = getattr(self.inner, method)(**options)
        if isinstance(self.inner, NexusClient):
            return list(items)

        async def read() -> list[Any]:
            return [item async for item in items]

        return self.portal.call(read)


@pytest.fixture(params=["sync", "async"])
def client(request: pytest.FixtureRequest, provider: LocalServer) -> Iterator[AnyClient]:
    with ExitStack() as stack:
        made = AnyClient(request.param, stack.enter_context(start_blocking_portal()), provider.url)
        stack.callback(lambda: made.call("close" if request.param == "sync" else "aclose"))
        yield made


@pytest.fixture
def gateway(provider: LocalServer) -> LocalServer:
    return provider


def answers(*bodies: Any) -> Callable[[Any], Answer]:
    left = iter(bodies)
    return lambda _: Answer(200, json.dumps(next(left)))


def test_a_connection_is_requested(client: AnyClient, gateway: LocalServer) -> None:
    gateway.answer = answers({"connection_id": ID, "auth_url": "https://n.example/auth/capture-schema?state=canary.1"})

    begun = client.call("request_connection", "user_abc", "github", "https://your-app.com/callback", label="work")

    request = gateway.received[0]
    assert (request.method, request.path, request.headers["x-api-key"]) == ("POST", "/v1/request-connection", API_KEY)
    assert json.loads(request.body) == {
        "workspace_id": "user_abc",
        "provider_id": "github",
        "return_url": "https://your-app.com/callback",
        "label": "work",
    }
    assert (begun.connection_id, begun.state) == (ID, "canary.1")
    assert "canary" not in repr(begun)


def test_a_rotation_begins_with_the_owner_of_the_old_connection(client: AnyClient, gateway: LocalServer) -> None:
    gateway.answer = answers(CONNECTION, {"connection_id": NEXT, "auth_url": "https://n.example/?state=s"})

    assert client.call("rotate_connection", ID, "https://your-app.com/callback").connection_id == NEXT
    assert json.loads(gateway.received[1].body) == {
        "workspace_id": "user_abc",
        "provider_id": "p1",
        "return_url": "https://your-app.com/callback",
        "label": "work",
    }


def test_a_credential_is_captured(client: AnyClient, gateway: LocalServer) -> None:
    gateway.answer = answers(
        {"type": "object"}, {"connection_id": ID, "status": "success", "redirect_url": "https://a"}
    )

    assert client.call("capture_schema", "a+b/c=") == {"type": "object"}
    assert client.call("capture_credential", "a+b/c=", {"api_key": "k"}).status == "success"
    assert gateway.received[0].path == "/v1/capture-schema?state=a%2Bb%2Fc%3D"
    assert json.loads(gateway.received[1].body) == {"state": "a+b/c=", "credentials": {"api_key": "k"}}


def test_a_connection_is_read(client: AnyClient, gateway: LocalServer) -> None:
    gateway.answer = answers(CONNECTION, CONNECTION)

    read = client.call("check_connection", ID)

    assert (read.status, read.replaced_by, read.provider.slug, read.label) == ("superseded", NEXT, "github", "work")
    assert read.activated_at == datetime(2026, 1, 31, 9, 1, tzinfo=timezone.utc)
    assert (read.revoked_at, read.replaces, read.verification.reason) == (None, (), "timeout")
    assert client.call("verify_connection", ID) == read
    assert [(r.method, r.path) for r in gateway.received] == [
        ("GET", f"/v1/check-connection/{ID}"),
        ("POST", f"/v1/check-connection/{ID}/verify"),
    ]


def test_a_list_reads_all_pages(client: AnyClient, gateway: LocalServer) -> None:
    gateway.answer = answers(
        {"connections": [CONNECTION], "next_cursor": "c&1"}, {"connections": []}, {"providers": [PROVIDER]},
        {"events": [EVENT]},
    )  # fmt: skip

    assert [c.connection_id for c in client.items("list_connections", workspace_id="a b", page_size=1)] == [ID]
    assert [p.slug for p in client.items("list_providers", expand_schema=True)] == ["github"]
    begin = datetime(2026, 1, 31, tzinfo=timezone.utc)
    assert [e.action for e in client.items("audit_events", begin=begin)] == ["credential.read"]
    assert [request.path for request in gateway.received] == [
        "/v1/connections?limit=1&workspace_id=a%20b",
        "/v1/connections?cursor=c%261&limit=1&workspace_id=a%20b",
        "/v1/providers?expand=schema",
        "/v1/audit-events?from=2026-01-31T00%3A00%3A00%2B00%3A00",
    ]


def test_a_token_does_not_print_the_credential(client: AnyClient, gateway: LocalServer) -> None:
    gateway.answer = answers({"strategy": {"type": "header", "config": {}}, "credentials": {"api_key": SECRET}})

    token = client.call("token", ID)

    assert token.credentials == {"api_key": SECRET}
    assert SECRET not in repr(token)


def test_providers_are_changed(client: AnyClient, gateway: LocalServer) -> None:
    gateway.answer = answers(PROVIDER, PROVIDER, PROVIDER, {})

    client.call("provider", "git/hub")
    client.call("put_provider", "github", {"name": "GitHub"})
    client.call("put_provider", "github", {"name": "GitHub"}, dry_run=True)
    client.call("delete_provider", "github", force=True)

    assert [(r.method, r.path) for r in gateway.received] == [
        ("GET", "/v1/providers/git%2Fhub"),
        ("PUT", "/v1/providers/github"),
        ("PUT", "/v1/providers/github?dry_run=true"),
        ("DELETE", "/v1/providers/github?force=true"),
    ]


def test_the_webhook_is_managed(client: AnyClient, gateway: LocalServer) -> None:
    gateway.answer = answers(WEBHOOK, WEBHOOK, WEBHOOK, {})

    created = client.call("put_webhook", "https://your-app.com/events")
    client.call("webhook")
    client.call("rotate_webhook_secret", revoke_former=True, idempotency_key="i1")
    client.call("delete_webhook")

    assert created.secret == "whsec_canary"
    assert "canary" not in repr(created)
    assert [(r.method, r.path) for r in gateway.received] == [
        ("PUT", "/v1/webhook"),
        ("GET", "/v1/webhook"),
        ("POST", "/v1/webhook/secret?revoke_former=true"),
        ("DELETE", "/v1/webhook"),
    ]
    assert gateway.received[2].headers["idempotency-key"] == "i1"


def test_conditions_of_changes_are_sent(client: AnyClient, gateway: LocalServer) -> None:
    bodies = iter([PROVIDER, PROVIDER, PROVIDER, {}, WEBHOOK, WEBHOOK, WEBHOOK, WEBHOOK, {}])
    gateway.answer = lambda _: Answer(200, json.dumps(next(bodies)), {"ETag": '"v1"'})

    etag = client.call("provider", "github").etag
    client.call("put_provider", "github", {}, if_match=etag)
    client.call("put_provider", "github", {}, if_none_match="*")
    client.call("delete_provider", "github", if_match=etag)
    etag = client.call("webhook").etag
    client.call("put_webhook", "https://a", if_match=etag)
    client.call("put_webhook", "https://a", if_none_match="*")
    client.call("rotate_webhook_secret", idempotency_key="i1", if_match=etag)
    client.call("delete_webhook", if_match=etag)

    sent = [(r.headers.get("if-match"), r.headers.get("if-none-match")) for r in gateway.received]
    both = [(None, None), ('"v1"', None), (None, "*"), ('"v1"', None)]
    assert sent == [*both, *both, ('"v1"', None)]


def test_an_answer_without_a_version_has_no_etag(client: AnyClient, gateway: LocalServer) -> None:
    gateway.answer = answers(PROVIDER)

    assert client.call("put_provider", "github", {}, dry_run=True).etag is None


@pytest.mark.parametrize("state", [None, BegunConnection(ID, "https://n.example/?state=canary")])
def test_a_state_that_is_not_a_string_is_refused(client: AnyClient, gateway: LocalServer, state: Any) -> None:
    for method, arguments in (("capture_schema", ()), ("capture_credential", ({"api_key": "k"},))):
        with pytest.raises(TypeError, match="Pass `state` of the result") as refused:
            client.call(method, state, *arguments)

        assert "canary" not in str(refused.value)
    assert gateway.received == []


@pytest.mark.parametrize("connection_id", [None, uuid.UUID(ID)])
def test_an_id_that_is_not_a_string_is_refused(client: AnyClient, gateway: LocalServer, connection_id: Any) -> None:
    with pytest.raises(TypeError, match="connection_id must be a string"):
        client.call("check_connection", connection_id)
    with pytest.raises(TypeError, match="connection_id must be a string"):
        Bridge(gateway.url, API_KEY).connection(connection_id)


def test_a_missing_api_key_is_refused_by_its_name() -> None:
    with pytest.raises(ValueError, match="api_key must be a string"):
        NexusClient("http://localhost:1", None)  # type: ignore[arg-type]


def test_a_revocation_answers_204(client: AnyClient, gateway: LocalServer) -> None:
    gateway.answer = lambda _: Answer(204)

    client.call("revoke_connection", ID)

    assert (gateway.received[0].method, gateway.received[0].path) == ("DELETE", f"/v1/connections/{ID}")


def test_an_error_has_its_details(client: AnyClient, gateway: LocalServer) -> None:
    details = [{"pointer": "/credentials/api_key", "rule": "lineBreak", "message": "must not contain a line break"}]
    body = {"error": "invalid_credentials", "message": "The credential is invalid", "details": details}
    gateway.answer = lambda _: Answer(422, json.dumps(body))

    with pytest.raises(GatewayError) as failed:
        client.call("capture_credential", "s", {"api_key": "k\n"})

    assert (failed.value.status, failed.value.code) == (422, "invalid_credentials")
    assert str(failed.value).endswith("code invalid_credentials, /credentials/api_key: lineBreak)")
    assert failed.value.details == (ErrorDetail("/credentials/api_key", "lineBreak", "must not contain a line break"),)


def test_only_a_get_is_sent_again(client: AnyClient, gateway: LocalServer) -> None:
    left = iter([error(503, "unavailable"), Answer(200, json.dumps(CONNECTION))])
    gateway.answer = lambda _: next(left, error(503, "unavailable"))

    assert client.call("check_connection", ID).connection_id == ID
    with pytest.raises(GatewayError, match="It is unavailable"):
        client.call("request_connection", "w", "p", "https://a")

    assert len(gateway.received) == 3


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"connection_id": "canary"}'])
def test_an_answer_of_another_form_is_an_error(client: AnyClient, gateway: LocalServer, body: str) -> None:
    gateway.answer = lambda _: Answer(200, body)

    with pytest.raises(GatewayError) as failed:
        client.call("verify_connection", ID)

    assert (failed.value.status, failed.value.code) == (0, "unreachable")
    assert "canary" not in str(failed.value)


@pytest.mark.parametrize("method", ["check_connection", "verify_connection", "revoke_connection", "token"])
def test_an_id_that_is_not_a_uuid_is_refused(client: AnyClient, gateway: LocalServer, method: str) -> None:
    with pytest.raises(GatewayError, match="not a UUID"):
        client.call(method, "..")

    assert gateway.received == []


def test_repr_shows_only_the_address(client: AnyClient, gateway: LocalServer) -> None:
    assert gateway.url in repr(client.inner)
    assert API_KEY not in repr(client.inner)
