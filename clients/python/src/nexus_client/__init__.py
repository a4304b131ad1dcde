"""Client of the Nexus API, Bridge to providers, and verification of webhooks."""

from ._errors import (
    BridgeError,
    ErrorDetail,
    ForbiddenHostError,
    GatewayError,
    InapplicableCredentialError,
    NexusError,
    UnsupportedStrategyError,
    WebhookVerificationError,
)
from ._outgoing import OutgoingRequest
from .api import AsyncNexusClient, NexusClient
from .bridge import AsyncBridge, AsyncConnection, Bridge, Connection
from .models import (
    AuditEvent,
    BegunConnection,
    CapturedConnection,
    ConnectionProvider,
    ConnectionState,
    ConnectionVerification,
    Provider,
    SecretValidity,
    Token,
    Webhook,
)
from .webhook import WebhookEvent, WebhookHeaders, verify_webhook

__all__ = [
    "AsyncBridge",
    "AsyncConnection",
    "AsyncNexusClient",
    "AuditEvent",
    "BegunConnection",
    "Bridge",
    "BridgeError",
    "CapturedConnection",
    "Connection",
    "ConnectionProvider",
    "ConnectionState",
    "ConnectionVerification",
    "ErrorDetail",
    "ForbiddenHostError",
    "GatewayError",
    "InapplicableCredentialError",
    "NexusClient",
    "NexusError",
    "OutgoingRequest",
    "Provider",
    "SecretValidity",
    "Token",
    "UnsupportedStrategyError",
    "Webhook",
    "WebhookEvent",
    "WebhookHeaders",
    "WebhookVerificationError",
    "verify_webhook",
]
