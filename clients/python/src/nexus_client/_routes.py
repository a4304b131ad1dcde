"""The calls of the Gateway's API, for the clients with and without async."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar
from urllib.parse import quote

from . import models
from ._gateway import Answer, Call, id_path, unreachable

T = TypeVar("T")
V = TypeVar("V", models.Provider, models.Webhook)
Page = tuple[list[T], "str | None"]


def request_connection(
    workspace_id: str, provider_id: str, return_url: str, label: str | None, display_name: str | None
) -> Call[models.BegunConnection]:
    members = {
        "workspace_id": workspace_id,
        "provider_id": provider_id,
        "return_url": return_url,
        "label": label,
        "display_name": display_name,
    }
    body = {name: value for name, value in members.items() if value is not None}
    return Call("POST", "/v1/request-connection", _one(models.BegunConnection.from_json), body=body)


def capture_schema(state: str) -> Call[dict[str, Any]]:
    _require_state(state)
    return Call("GET", "/v1/capture-schema", _one(dict), params={"state": state})


def capture_credential(state: str, credentials: Mapping[str, Any]) -> Call[models.CapturedConnection]:
    _require_state(state)
    body = {"state": state, "credentials": dict(credentials)}
    return Call("POST", "/v1/capture-credential", _one(models.CapturedConnection.from_json), body=body)


def _require_state(state: object) -> None:
    if not isinstance(state, str):
        raise TypeError("state must be a string. Pass `state` of the result of request_connection.")


def check_connection(connection_id: str) -> Call[models.ConnectionState]:
    return Call("GET", id_path("/v1/check-connection", connection_id), _one(models.ConnectionState.from_json))


def verify_connection(connection_id: str) -> Call[models.ConnectionState]:
    path = id_path("/v1/check-connection", connection_id) + "/verify"
    return Call("POST", path, _one(models.ConnectionState.from_json))


def list_connections(
    cursor: str | None,
    limit: int | None,
    workspace_id: str | None,
    provider_id: str | None,
    status: str | None,
    label: str | None,
) -> Call[Page[models.ConnectionState]]:
    params = {
        "cursor": cursor,
        "limit": limit,
        "workspace_id": workspace_id,
        "provider_id": provider_id,
        "status": status,
        "label": label,
    }
    return Call("GET", "/v1/connections", _page("connections", models.ConnectionState.from_json), params=params)


def revoke_connection(connection_id: str) -> Call[None]:
    return Call("DELETE", id_path("/v1/connections", connection_id), _nothing)


def token(connection_id: str) -> Call[models.Token]:
    return Call("GET", id_path("/v1/token", connection_id), _one(models.Token.from_json))


def list_providers(cursor: str | None, limit: int | None, expand_schema: bool) -> Call[Page[models.Provider]]:
    params = {"cursor": cursor, "limit": limit, "expand": "schema" if expand_schema else None}
    return Call("GET", "/v1/providers", _page("providers", models.Provider.from_json), params=params)


def provider(provider_id: str) -> Call[models.Provider]:
    return Call("GET", _provider_path(provider_id), _versioned(models.Provider.from_json))


def put_provider(
    provider_id: str, definition: Mapping[str, Any], dry_run: bool, if_match: str | None, if_none_match: str | None
) -> Call[models.Provider]:
    return Call(
        "PUT",
        _provider_path(provider_id),
        _versioned(models.Provider.from_json),
        params={"dry_run": True if dry_run else None},
        body=dict(definition),
        headers=_conditions(if_match, if_none_match),
    )


def delete_provider(provider_id: str, force: bool, if_match: str | None) -> Call[None]:
    params = {"force": True if force else None}
    return Call("DELETE", _provider_path(provider_id), _nothing, params=params, headers=_conditions(if_match))


def _provider_path(provider_id: str) -> str:
    return "/v1/providers/" + quote(provider_id, safe="")


def audit_events(
    cursor: str | None,
    limit: int | None,
    action: str | None,
    connection_id: str | None,
    key_id: str | None,
    begin: datetime | None,
    end: datetime | None,
) -> Call[Page[models.AuditEvent]]:
    params = {
        "cursor": cursor,
        "limit": limit,
        "action": action,
        "connection_id": connection_id,
        "key_id": key_id,
        "from": begin.isoformat() if begin else None,
        "to": end.isoformat() if end else None,
    }
    return Call("GET", "/v1/audit-events", _page("events", models.AuditEvent.from_json), params=params)


def webhook() -> Call[models.Webhook]:
    return Call("GET", "/v1/webhook", _versioned(models.Webhook.from_json))


def put_webhook(url: str, if_match: str | None, if_none_match: str | None) -> Call[models.Webhook]:
    headers = _conditions(if_match, if_none_match)
    return Call("PUT", "/v1/webhook", _versioned(models.Webhook.from_json), body={"url": url}, headers=headers)


def delete_webhook(if_match: str | None) -> Call[None]:
    return Call("DELETE", "/v1/webhook", _nothing, headers=_conditions(if_match))


def rotate_webhook_secret(
    idempotency_key: str | None, revoke_former: bool, if_match: str | None
) -> Call[models.Webhook]:
    headers = _conditions(if_match)
    if idempotency_key is not None:
        headers["Idempotency-Key"] = idempotency_key
    params = {"revoke_former": True if revoke_former else None}
    return Call("POST", "/v1/webhook/secret", _versioned(models.Webhook.from_json), params=params, headers=headers)


def _conditions(if_match: str | None, if_none_match: str | None = None) -> dict[str, str]:
    headers = {"If-Match": if_match, "If-None-Match": if_none_match}
    return {name: value for name, value in headers.items() if value is not None}


def _nothing(_: Answer) -> None:
    return None


def _one(read: Callable[[Any], T]) -> Callable[[Answer], T]:
    def parse(answer: Answer) -> T:
        members = answer.json()
        try:
            if isinstance(members, dict):
                return read(members)
        except (KeyError, TypeError, ValueError, AttributeError):
            # The message of the exception can quote a value.
            pass
        raise _other_form()

    return parse


def _versioned(read: Callable[[Any], V]) -> Callable[[Answer], V]:
    """Reads one object, and its version from the header ETag."""

    def parse(answer: Answer) -> V:
        return replace(_one(read)(answer), etag=answer.headers.get("ETag"))

    return parse


def _page(name: str, read: Callable[[Any], T]) -> Callable[[Answer], Page[T]]:
    def page(members: Any) -> Page[T]:
        return [read(item) for item in members[name]], members.get("next_cursor")

    return _one(page)


def _other_form() -> Exception:
    return unreachable(
        "The Gateway's response has an unexpected form. Check that gateway_url is the Gateway's address, and use a"
        " newer version of the package."
    )
