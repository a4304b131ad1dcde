"""Clients of the Gateway's API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime
from types import TracebackType
from typing import Any

import httpx

from . import _routes, models
from ._gateway import AsyncGateway, Gateway, GatewaySettings


class NexusClient:
    """A client of the Gateway's API. Create one for the whole application. It is thread-safe.

        client = NexusClient("https://nexus.example.com", os.environ["NEXUS_API_KEY"])
        begun = client.request_connection("user_abc", "github", "https://your-app.com/callback")

    Each method raises `GatewayError` if the Gateway refuses the call or does not answer. A GET is sent again after 429,
    503 or no answer, at most `retries` times. Other calls are sent once.

    `timeout` is the time limit of one call, in seconds. Raises `ValueError` if a parameter has an invalid form.
    """

    def __init__(
        self,
        gateway_url: str,
        api_key: str,
        *,
        retries: int = 3,
        timeout: float = 10.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._settings = GatewaySettings(gateway_url, api_key, timeout, retries)
        self._gateway = Gateway(self._settings, transport)

    def request_connection(
        self,
        workspace_id: str,
        provider_id: str,
        return_url: str,
        *,
        label: str | None = None,
        display_name: str | None = None,
    ) -> models.BegunConnection:
        """Begins a connection. Send the user to `auth_url` of the result, or show your own form."""
        call = _routes.request_connection(workspace_id, provider_id, return_url, label, display_name)
        return self._gateway.run(call)

    def rotate_connection(
        self, connection_id: str, return_url: str, *, display_name: str | None = None
    ) -> models.BegunConnection:
        """Begins a connection that supersedes this one as soon as the user has submitted the new credential."""
        old = self.check_connection(connection_id)
        return self.request_connection(
            old.workspace_id, old.provider.id, return_url, label=old.label, display_name=display_name
        )

    def capture_schema(self, state: str) -> dict[str, Any]:
        """Returns the JSON Schema of the credential, for your own form."""
        return self._gateway.run(_routes.capture_schema(state))

    def capture_credential(self, state: str, credentials: Mapping[str, Any]) -> models.CapturedConnection:
        """Submits what the user has entered. `details` of a `GatewayError` has the wrong fields."""
        return self._gateway.run(_routes.capture_credential(state, credentials))

    def check_connection(self, connection_id: str) -> models.ConnectionState:
        """Returns a connection."""
        return self._gateway.run(_routes.check_connection(connection_id))

    def verify_connection(self, connection_id: str) -> models.ConnectionState:
        """Checks the credential at the provider again."""
        return self._gateway.run(_routes.verify_connection(connection_id))

    def list_connections(
        self,
        *,
        workspace_id: str | None = None,
        provider_id: str | None = None,
        status: str | None = None,
        label: str | None = None,
        page_size: int | None = None,
    ) -> Iterator[models.ConnectionState]:
        """Returns all connections, newest first. Fetches further pages as needed."""
        cursor: str | None = None
        while True:
            call = _routes.list_connections(cursor, page_size, workspace_id, provider_id, status, label)
            items, cursor = self._gateway.run(call)
            yield from items
            if cursor is None:
                return

    def revoke_connection(self, connection_id: str) -> None:
        """Destroys the credential. Then call `forget` of the Bridge's connection."""
        self._gateway.run(_routes.revoke_connection(connection_id))

    def token(self, connection_id: str) -> models.Token:
        """Returns the credential. Use the Bridge instead if you only send requests with it."""
        return self._gateway.run(_routes.token(connection_id))

    def list_providers(self, *, expand_schema: bool = False, page_size: int | None = None) -> Iterator[models.Provider]:
        """Returns all providers, sorted by slug. Fetches further pages as needed."""
        cursor: str | None = None
        while True:
            items, cursor = self._gateway.run(_routes.list_providers(cursor, page_size, expand_schema))
            yield from items
            if cursor is None:
                return

    def provider(self, provider_id: str) -> models.Provider:
        """Returns a provider by its slug or id."""
        return self._gateway.run(_routes.provider(provider_id))

    def put_provider(
        self,
        provider_id: str,
        definition: Mapping[str, Any],
        *,
        dry_run: bool = False,
        if_match: str | None = None,
        if_none_match: str | None = None,
    ) -> models.Provider:
        """Registers or changes a provider. With `dry_run`, only checks the definition.

        `if_match` is the `etag` of the version to replace. With `if_none_match="*"`, only registers a new provider.
        """
        return self._gateway.run(_routes.put_provider(provider_id, definition, dry_run, if_match, if_none_match))

    def delete_provider(self, provider_id: str, *, force: bool = False, if_match: str | None = None) -> None:
        """Deletes a provider. With `force`, also if it has active connections, which then end.

        `if_match` is the `etag` of the version to delete.
        """
        self._gateway.run(_routes.delete_provider(provider_id, force, if_match))

    def audit_events(
        self,
        *,
        action: str | None = None,
        connection_id: str | None = None,
        key_id: str | None = None,
        begin: datetime | None = None,
        end: datetime | None = None,
        page_size: int | None = None,
    ) -> Iterator[models.AuditEvent]:
        """Returns the events of the audit log, newest first. `begin` and `end` have a time zone."""
        cursor: str | None = None
        while True:
            call = _routes.audit_events(cursor, page_size, action, connection_id, key_id, begin, end)
            items, cursor = self._gateway.run(call)
            yield from items
            if cursor is None:
                return

    def webhook(self) -> models.Webhook:
        """Returns the webhook of the tenant."""
        return self._gateway.run(_routes.webhook())

    def put_webhook(self, url: str, *, if_match: str | None = None, if_none_match: str | None = None) -> models.Webhook:
        """Creates the webhook, or changes its URL. Store `secret` of the result if it is present.

        `if_match` is the `etag` of the version to replace. With `if_none_match="*"`, only creates a webhook.
        """
        return self._gateway.run(_routes.put_webhook(url, if_match, if_none_match))

    def delete_webhook(self, *, if_match: str | None = None) -> None:
        """Deletes the webhook. Nexus does not deliver pending events. `if_match` is the `etag` to delete."""
        self._gateway.run(_routes.delete_webhook(if_match))

    def rotate_webhook_secret(
        self, *, idempotency_key: str | None = None, revoke_former: bool = False, if_match: str | None = None
    ) -> models.Webhook:
        """Creates a new signing secret. With an `idempotency_key`, you can repeat the call after a lost answer.

        `if_match` is the `etag` of the version to rotate.
        """
        return self._gateway.run(_routes.rotate_webhook_secret(idempotency_key, revoke_former, if_match))

    def close(self) -> None:
        """Closes the connections."""
        self._gateway.close()

    def __enter__(self) -> NexusClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"NexusClient({self._settings.url})"


class AsyncNexusClient:
    """Like `NexusClient`, for asyncio and Trio. Use it in one event loop."""

    def __init__(
        self,
        gateway_url: str,
        api_key: str,
        *,
        retries: int = 3,
        timeout: float = 10.0,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._settings = GatewaySettings(gateway_url, api_key, timeout, retries)
        self._gateway = AsyncGateway(self._settings, transport)

    async def request_connection(
        self,
        workspace_id: str,
        provider_id: str,
        return_url: str,
        *,
        label: str | None = None,
        display_name: str | None = None,
    ) -> models.BegunConnection:
        """Begins a connection. Send the user to `auth_url` of the result, or show your own form."""
        call = _routes.request_connection(workspace_id, provider_id, return_url, label, display_name)
        return await self._gateway.run(call)

    async def rotate_connection(
        self, connection_id: str, return_url: str, *, display_name: str | None = None
    ) -> models.BegunConnection:
        """Begins a connection that supersedes this one as soon as the user has submitted the new credential."""
        old = await self.check_connection(connection_id)
        return await self.request_connection(
            old.workspace_id, old.provider.id, return_url, label=old.label, display_name=display_name
        )

    async def capture_schema(self, state: str) -> dict[str, Any]:
        """Returns the JSON Schema of the credential, for your own form."""
        return await self._gateway.run(_routes.capture_schema(state))

    async def capture_credential(self, state: str, credentials: Mapping[str, Any]) -> models.CapturedConnection:
        """Submits what the user has entered. `details` of a `GatewayError` has the wrong fields."""
        return await self._gateway.run(_routes.capture_credential(state, credentials))

    async def check_connection(self, connection_id: str) -> models.ConnectionState:
        """Returns a connection."""
        return await self._gateway.run(_routes.check_connection(connection_id))

    async def verify_connection(self, connection_id: str) -> models.ConnectionState:
        """Checks the credential at the provider again."""
        return await self._gateway.run(_routes.verify_connection(connection_id))

    async def list_connections(
        self,
        *,
        workspace_id: str | None = None,
        provider_id: str | None = None,
        status: str | None = None,
        label: str | None = None,
        page_size: int | None = None,
    ) -> AsyncIterator[models.ConnectionState]:
        """Returns all connections, newest first. Fetches further pages as needed."""
        cursor: str | None = None
        while True:
            call = _routes.list_connections(cursor, page_size, workspace_id, provider_id, status, label)
            items, cursor = await self._gateway.run(call)
            for item in items:
                yield item
            if cursor is None:
                return

    async def revoke_connection(self, connection_id: str) -> None:
        """Destroys the credential. Then call `forget` of the Bridge's connection."""
        await self._gateway.run(_routes.revoke_connection(connection_id))

    async def token(self, connection_id: str) -> models.Token:
        """Returns the credential. Use the Bridge instead if you only send requests with it."""
        return await self._gateway.run(_routes.token(connection_id))

    async def list_providers(
        self, *, expand_schema: bool = False, page_size: int | None = None
    ) -> AsyncIterator[models.Provider]:
        """Returns all providers, sorted by slug. Fetches further pages as needed."""
        cursor: str | None = None
        while True:
            items, cursor = await self._gateway.run(_routes.list_providers(cursor, page_size, expand_schema))
            for item in items:
                yield item
            if cursor is None:
                return

    async def provider(self, provider_id: str) -> models.Provider:
        """Returns a provider by its slug or id."""
        return await self._gateway.run(_routes.provider(provider_id))

    async def put_provider(
        self,
        provider_id: str,
        definition: Mapping[str, Any],
        *,
        dry_run: bool = False,
        if_match: str | None = None,
        if_none_match: str | None = None,
    ) -> models.Provider:
        """Registers or changes a provider. With `dry_run`, only checks the definition.

        `if_match` is the `etag` of the version to replace. With `if_none_match="*"`, only registers a new provider.
        """
        return await self._gateway.run(_routes.put_provider(provider_id, definition, dry_run, if_match, if_none_match))

    async def delete_provider(self, provider_id: str, *, force: bool = False, if_match: str | None = None) -> None:
        """Deletes a provider. With `force`, also if it has active connections, which then end.

        `if_match` is the `etag` of the version to delete.
        """
        await self._gateway.run(_routes.delete_provider(provider_id, force, if_match))

    async def audit_events(
        self,
        *,
        action: str | None = None,
        connection_id: str | None = None,
        key_id: str | None = None,
        begin: datetime | None = None,
        end: datetime | None = None,
        page_size: int | None = None,
    ) -> AsyncIterator[models.AuditEvent]:
        """Returns the events of the audit log, newest first. `begin` and `end` have a time zone."""
        cursor: str | None = None
        while True:
            call = _routes.audit_events(cursor, page_size, action, connection_id, key_id, begin, end)
            items, cursor = await self._gateway.run(call)
            for item in items:
                yield item
            if cursor is None:
                return

    async def webhook(self) -> models.Webhook:
        """Returns the webhook of the tenant."""
        return await self._gateway.run(_routes.webhook())

    async def put_webhook(
        self, url: str, *, if_match: str | None = None, if_none_match: str | None = None
    ) -> models.Webhook:
        """Creates the webhook, or changes its URL. Store `secret` of the result if it is present.

        `if_match` is the `etag` of the version to replace. With `if_none_match="*"`, only creates a webhook.
        """
        return await self._gateway.run(_routes.put_webhook(url, if_match, if_none_match))

    async def delete_webhook(self, *, if_match: str | None = None) -> None:
        """Deletes the webhook. Nexus does not deliver pending events. `if_match` is the `etag` to delete."""
        await self._gateway.run(_routes.delete_webhook(if_match))

    async def rotate_webhook_secret(
        self, *, idempotency_key: str | None = None, revoke_former: bool = False, if_match: str | None = None
    ) -> models.Webhook:
        """Creates a new signing secret. With an `idempotency_key`, you can repeat the call after a lost answer.

        `if_match` is the `etag` of the version to rotate.
        """
        return await self._gateway.run(_routes.rotate_webhook_secret(idempotency_key, revoke_former, if_match))

    async def aclose(self) -> None:
        """Closes the connections."""
        await self._gateway.aclose()

    async def __aenter__(self) -> AsyncNexusClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    def __repr__(self) -> str:
        return f"AsyncNexusClient({self._settings.url})"
