"""Verifies webhook events in the format of Standard Webhooks (https://www.standardwebhooks.com)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from ._errors import WebhookVerificationError

TOLERANCE = 300
SHORTEST_KEY = 16
_PREFIX = "whsec_"


@dataclass(frozen=True)
class WebhookEvent:
    """A verified event. All deliveries of an event have the same `id`: process each id once.

    `data` has the members that the guide to webhooks describes, such as `connection_id` and `status`. Ignore types and
    members that you do not know: later versions may add some.
    """

    id: str
    type: str
    timestamp: datetime
    data: Mapping[str, Any]


class WebhookHeaders(Protocol):
    """The headers of a request, as a framework gives them: a mapping, or another object with `items`."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Returns the names and the values."""
        ...


def verify_webhook(secret: str, headers: WebhookHeaders, body: bytes, *, now: float | None = None) -> WebhookEvent:
    """Verifies the signature and the time of an event, and returns the event.

    `secret` begins with `whsec_`. `headers` are those of your framework: their names are compared without case.
    `body` is the raw body, before it is parsed. `now` is the time in seconds since 1970, for tests.

    Raises `WebhookVerificationError` if the request is not an event that Nexus has signed in the last five minutes,
    `ValueError` if the secret has an invalid form, and `TypeError` if a parameter has another type.
    """
    if not isinstance(secret, str):
        raise TypeError("secret must be a string. Check the environment variable that has the secret of the webhook.")
    if not callable(getattr(headers, "items", None)):
        raise TypeError(
            "headers must be a mapping or another object with items(). Call verify_webhook(secret, headers, body)."
        )
    if not isinstance(body, (bytes, bytearray, memoryview)):
        raise TypeError(
            "body must be bytes. Pass the raw body, before a framework decodes or parses it. Call"
            " verify_webhook(secret, headers, body)."
        )
    body = bytes(body)
    key = _key(secret)
    lower = {str(name).lower(): str(value) for name, value in headers.items()}
    missing = [name for name in ("webhook-id", "webhook-timestamp", "webhook-signature") if name not in lower]
    if missing:
        raise WebhookVerificationError(f"The header {missing[0]} is missing.")
    event_id, sent, signatures = lower["webhook-id"], lower["webhook-timestamp"], lower["webhook-signature"]
    if not (sent.isascii() and sent.isdecimal()) or len(sent) > 12:
        raise WebhookVerificationError("The header webhook-timestamp is not a number of seconds.")
    signed = f"{event_id}.{sent}.".encode("utf-8", "surrogateescape") + body
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256))
    matches = [
        hmac.compare_digest(expected, signature.removeprefix("v1,").encode("utf-8", "surrogateescape"))
        for signature in signatures.split(" ")
        if signature.startswith("v1,")
    ]
    if not any(matches):
        raise WebhookVerificationError("No signature matches. Check the secret, and pass the raw body.")
    # The difference is not a number if `now` is not.
    if not abs((time.time() if now is None else now) - int(sent)) <= TOLERANCE:
        raise WebhookVerificationError("The event is older than five minutes, or the clock is wrong.")
    return _event(event_id, body)


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) < SHORTEST_KEY or not secret.startswith(_PREFIX):
        raise ValueError("The webhook secret must be whsec_ followed by base64. Pass the whole secret of the webhook.")
    return key


def _event(event_id: str, body: bytes) -> WebhookEvent:
    try:
        event = json.loads(body)
        return WebhookEvent(
            event_id,
            str(event["type"]),
            datetime.fromisoformat(str(event["timestamp"]).replace("Z", "+00:00")),
            dict(event["data"]),
        )
    except (ValueError, TypeError, KeyError, RecursionError):
        pass
    raise WebhookVerificationError("The body is not an event of Nexus.")
