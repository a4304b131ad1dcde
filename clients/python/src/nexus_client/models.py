"""The answers of the Gateway. Ignore values that you do not know: later versions can add some."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit


def time_of(text: str) -> datetime:
    """Reads a time of RFC 3339."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _time(members: Mapping[str, Any], name: str) -> datetime | None:
    return time_of(members[name]) if name in members else None


@dataclass(frozen=True)
class BegunConnection:
    """A new connection. Store `connection_id`. `repr` omits `auth_url`, which has the state token."""

    connection_id: str
    auth_url: str = field(repr=False)

    @property
    def state(self) -> str:
        """The state token, for your own form. Valid for ten minutes by default, and only once."""
        return parse_qs(urlsplit(self.auth_url).query)["state"][0]

    @staticmethod
    def from_json(members: Mapping[str, Any]) -> BegunConnection:
        return BegunConnection(members["connection_id"], members["auth_url"])


@dataclass(frozen=True)
class CapturedConnection:
    """The result of a capture: the credential is stored. Redirect the browser to `redirect_url`, or ignore it."""

    connection_id: str
    status: str
    redirect_url: str

    @staticmethod
    def from_json(members: Mapping[str, Any]) -> CapturedConnection:
        return CapturedConnection(members["connection_id"], members["status"], members["redirect_url"])


@dataclass(frozen=True)
class ConnectionProvider:
    id: str
    slug: str
    name: str


@dataclass(frozen=True)
class ConnectionVerification:
    """The latest check of the credential at the provider. `reason` is present only for the status `unverified`."""

    status: str
    reason: str | None
    checked_at: datetime | None


@dataclass(frozen=True)
class ConnectionState:
    """A connection. `replaced_by` is present if it is superseded, `expires_at` if it is pending."""

    connection_id: str
    status: str
    workspace_id: str
    provider: ConnectionProvider
    created_at: datetime
    label: str | None
    expires_at: datetime | None
    activated_at: datetime | None
    revoked_at: datetime | None
    replaced_by: str | None
    replaces: tuple[str, ...]
    verification: ConnectionVerification | None

    @staticmethod
    def from_json(members: Mapping[str, Any]) -> ConnectionState:
        provider, check = members["provider"], members.get("verification")
        return ConnectionState(
            connection_id=members["connection_id"],
            status=members["status"],
            workspace_id=members["workspace_id"],
            provider=ConnectionProvider(provider["id"], provider["slug"], provider["name"]),
            created_at=time_of(members["created_at"]),
            label=members.get("label"),
            expires_at=_time(members, "expires_at"),
            activated_at=_time(members, "activated_at"),
            revoked_at=_time(members, "revoked_at"),
            replaced_by=members.get("replaced_by"),
            replaces=tuple(members.get("replaces", ())),
            verification=None
            if check is None
            else ConnectionVerification(check["status"], check.get("reason"), _time(check, "checked_at")),
        )


@dataclass(frozen=True)
class Token:
    """A credential and its strategy. `repr` omits the credential. Do not log or store it."""

    strategy: Mapping[str, Any]
    credentials: Mapping[str, Any] = field(repr=False)
    allowed_hosts: tuple[str, ...] | None
    replaced_by: str | None

    @staticmethod
    def from_json(members: Mapping[str, Any]) -> Token:
        hosts = members.get("allowed_hosts")
        return Token(
            dict(members["strategy"]),
            dict(members["credentials"]),
            None if hosts is None else tuple(hosts),
            members.get("replaced_by"),
        )


@dataclass(frozen=True)
class Provider:
    """A provider. `credential_schema` is absent in a list without `expand_schema`. `definition` has all members.

    `etag` is the version, for `if_match`. It is absent in a list and after a `dry_run`.
    """

    id: str
    slug: str
    name: str
    auth_type: str
    schema_version: int
    strategy: Mapping[str, Any]
    scope: str
    base_url: str | None
    allowed_hosts: tuple[str, ...] | None
    credential_schema: Mapping[str, Any] | None
    definition: Mapping[str, Any] = field(repr=False)
    etag: str | None = None

    @staticmethod
    def from_json(members: Mapping[str, Any]) -> Provider:
        hosts = members.get("allowed_hosts")
        return Provider(
            members["id"],
            members["slug"],
            members["name"],
            members["auth_type"],
            members["schema_version"],
            dict(members["strategy"]),
            members["scope"],
            members.get("base_url"),
            None if hosts is None else tuple(hosts),
            members.get("credential_schema"),
            dict(members),
        )


@dataclass(frozen=True)
class SecretValidity:
    """The lifetime of a signing secret. `valid_until` is absent for the newest secret."""

    created_at: datetime
    valid_until: datetime | None


@dataclass(frozen=True)
class Webhook:
    """The webhook of the tenant. Only the answer that creates a secret has `secret`. `repr` omits it.

    `etag` is the version, for `if_match`.
    """

    url: str
    status: str
    created_at: datetime
    updated_at: datetime
    secrets: tuple[SecretValidity, ...]
    pending: int
    last_failure: str | None
    secret: str | None = field(repr=False)
    etag: str | None = None

    @staticmethod
    def from_json(members: Mapping[str, Any]) -> Webhook:
        return Webhook(
            members["url"],
            members["status"],
            time_of(members["created_at"]),
            time_of(members["updated_at"]),
            tuple(SecretValidity(time_of(s["created_at"]), _time(s, "valid_until")) for s in members["secrets"]),
            members["pending"],
            members.get("last_failure"),
            members.get("secret"),
        )


@dataclass(frozen=True)
class AuditEvent:
    """An event of the audit log."""

    id: str
    at: datetime
    action: str
    outcome: str
    key_id: str
    request_id: str
    connection_id: str | None
    workspace_id: str | None
    provider_id: str | None
    client_address: str | None

    @staticmethod
    def from_json(members: Mapping[str, Any]) -> AuditEvent:
        return AuditEvent(
            members["id"],
            time_of(members["at"]),
            members["action"],
            members["outcome"],
            members["key_id"],
            members["request_id"],
            members.get("connection_id"),
            members.get("workspace_id"),
            members.get("provider_id"),
            members.get("client_address"),
        )
