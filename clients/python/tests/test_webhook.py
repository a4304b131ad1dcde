from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import datetime, timezone
from email.message import Message
from typing import Any

import httpx
import pytest
from standardwebhooks.webhooks import Webhook

from nexus_client import WebhookVerificationError, verify_webhook

# The example of the specification of Standard Webhooks.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
AT = 1614265330
BODY = json.dumps(
    {
        "type": "connection.activated",
        "timestamp": "2021-02-25T15:02:10.000Z",
        "data": {"connection_id": "c1", "é": "€"},
    },
    ensure_ascii=False,
).encode()


def headers(body: bytes = BODY, secret: str = SECRET, at: int = AT) -> dict[str, str]:
    """Signs with the library of Standard Webhooks."""
    signature = Webhook(secret).sign("msg_1", datetime.fromtimestamp(at, timezone.utc), body.decode())
    return {"webhook-id": "msg_1", "webhook-timestamp": str(at), "webhook-signature": signature}


def test_a_signed_event_is_returned() -> None:
    event = verify_webhook(SECRET, headers(), BODY, now=AT)

    assert (event.id, event.type, event.data["connection_id"]) == ("msg_1", "connection.activated", "c1")
    assert event.timestamp == datetime.fromtimestamp(AT, timezone.utc)


def test_the_signature_of_the_specification_matches() -> None:
    signed = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": str(AT),
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }

    with pytest.raises(WebhookVerificationError, match="The body is not an event of Nexus"):
        verify_webhook(SECRET, signed, b'{"test": 2432232314}', now=AT)


def test_names_of_headers_have_no_case() -> None:
    assert verify_webhook(SECRET, {name.title(): value for name, value in headers().items()}, BODY, now=AT)


def test_the_headers_of_the_standard_library_and_of_frameworks_are_accepted() -> None:
    message = Message()
    for name, value in headers().items():
        message[name] = value

    assert verify_webhook(SECRET, message, BODY, now=AT).id == "msg_1"
    assert verify_webhook(SECRET, FrameworkHeaders(), BODY, now=AT).id == "msg_1"
    assert verify_webhook(SECRET, httpx.Headers(headers()), BODY, now=AT).id == "msg_1"


class FrameworkHeaders:
    """Like the headers of Flask and Werkzeug, which are not a Mapping."""

    def items(self, lower: bool = False) -> Iterator[tuple[str, str]]:
        return iter(headers().items())


@pytest.mark.parametrize("body", [BODY.decode(), json.loads(BODY), None, SECRET])
def test_a_body_that_is_not_bytes_is_refused(body: Any) -> None:
    with pytest.raises(TypeError, match="raw body"):
        verify_webhook(SECRET, headers(), body, now=AT)


def test_swapped_arguments_are_refused() -> None:
    with pytest.raises(TypeError, match=r"verify_webhook\(secret, headers, body\)"):
        verify_webhook(SECRET, BODY, headers(), now=AT)  # type: ignore[arg-type]


@pytest.mark.parametrize("headers_", [None, "webhook-id: canary", [("canary", "1")]])
def test_headers_of_another_form_are_refused(headers_: Any) -> None:
    with pytest.raises(TypeError, match="headers") as refused:
        verify_webhook(SECRET, headers_, BODY, now=AT)

    assert "canary" not in str(refused.value)


def test_a_missing_secret_is_refused_by_its_name() -> None:
    with pytest.raises(TypeError, match="secret must be a string"):
        verify_webhook(None, headers(), BODY, now=AT)  # type: ignore[arg-type]


def test_one_of_several_signatures_is_enough() -> None:
    signed = headers()
    signed["webhook-signature"] = "v1,AAAA v2,x " + signed["webhook-signature"] + " v1a,y"

    assert verify_webhook(SECRET, signed, BODY, now=AT)


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_five_minutes_are_tolerated(seconds: int) -> None:
    assert verify_webhook(SECRET, headers(), BODY, now=AT + seconds)


@pytest.mark.parametrize("seconds", [-301, 301, float("nan")])
def test_another_time_is_refused(seconds: float) -> None:
    with pytest.raises(WebhookVerificationError, match="five minutes"):
        verify_webhook(SECRET, headers(), BODY, now=AT + seconds)


def test_the_current_time_is_the_default() -> None:
    with pytest.raises(WebhookVerificationError, match="five minutes"):
        verify_webhook(SECRET, headers(), BODY)


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-id": "msg_2"},
        {"webhook-timestamp": str(AT + 1)},
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": ""},
        {"webhook-signature": "v1a," + "A" * 44},
        {"webhook-signature": "v1,é\udcff"},
        {"webhook-timestamp": "١٦"},
        {"webhook-timestamp": "-1"},
        {"webhook-timestamp": "1e9"},
    ],
)
def test_a_changed_header_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(WebhookVerificationError):
        verify_webhook(SECRET, {**headers(), **change}, BODY, now=AT)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_missing_header_is_refused(name: str) -> None:
    signed = headers()
    del signed[name]

    with pytest.raises(WebhookVerificationError, match=name):
        verify_webhook(SECRET, signed, BODY, now=AT)


def test_a_changed_body_is_refused() -> None:
    with pytest.raises(WebhookVerificationError):
        verify_webhook(SECRET, headers(), BODY + b" ", now=AT)


def test_a_signature_of_another_secret_is_refused() -> None:
    other = "whsec_" + base64.b64encode(b"another secret of 24 byte").decode()

    with pytest.raises(WebhookVerificationError):
        verify_webhook(SECRET, headers(secret=other), BODY, now=AT)


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "whsec_",
        "canary",
        "whsec_canary!",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_canary==",
        "whsec_" + "A" * 20,
    ],
)
def test_an_invalid_secret_is_refused_without_its_value(secret: str) -> None:
    with pytest.raises(ValueError, match="whsec_ followed by base64") as refused:
        verify_webhook(secret, headers(), BODY, now=AT)

    assert "canary" not in str(refused.value)
