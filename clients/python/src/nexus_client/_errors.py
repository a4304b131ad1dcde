"""Errors. No message contains a credential, the API key, or the path or query of a request."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TypeVar

E = TypeVar("E", bound=BaseException)


class NexusError(Exception):
    """Base class of all errors of this package."""

    def copy(self: E) -> E:
        """Returns an equal error. Threads must not raise the same object, because each adds to its traceback."""
        return copy.copy(self)


@dataclass(frozen=True)
class ErrorDetail:
    """One wrong field of a request to the Gateway.

    `pointer` is a JSON pointer (RFC 6901) into the body. It is empty for the whole body or for a query parameter.
    """

    pointer: str
    rule: str
    message: str


class GatewayError(NexusError):
    """The Gateway refused a call, did not answer, or answered 200 without the expected content.

    `status` is 0 if there is no usable answer. `code` is then `unreachable`. `code` is `unexpected_answer` if the
    answer has no error code of Nexus, for example because a proxy sent it. `retry_after` is in seconds. `request_id` is
    the header `X-Request-Id` of the answer: an operator finds the log lines of the request by it.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        retry_after: int | None = None,
        details: tuple[ErrorDetail, ...] = (),
        request_id: str | None = None,
    ) -> None:
        super().__init__(status, code, message, retry_after, details, request_id)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after
        self.details = details
        self.request_id = request_id

    def __str__(self) -> str:
        facts = [f"status {self.status}", f"code {self.code}"]
        if self.details:
            facts.append(f"{self.details[0].pointer or 'body or query'}: {self.details[0].rule}")
        if self.request_id is not None:
            facts.append(f"request {self.request_id}")
        return f"{self.message} ({', '.join(facts)})"

    @property
    def is_temporary(self) -> bool:
        """True if a later call can succeed: for the status 0, 429 or 503."""
        return self.status in (0, 429, 503)


class BridgeError(NexusError):
    """The Bridge cannot send the request. It has sent nothing."""


class ForbiddenHostError(BridgeError):
    """The credential must not be sent to this URL, because of its host, its scheme or its user name."""


class UnsupportedStrategyError(BridgeError):
    """This version does not support the strategy of the connection. Use a newer version of the package."""


class InapplicableCredentialError(BridgeError):
    """The credential does not fit the request.

    `field` names the field of the credential. `rule` names the rule, such as `lineBreak`.
    """

    def __init__(self, field: str, rule: str) -> None:
        super().__init__(field, rule)
        self.field = field
        self.rule = rule

    def __str__(self) -> str:
        return f"{self.field}: {RULES[self.rule]}"


class WebhookVerificationError(NexusError):
    """The request is not an event that Nexus has signed. Answer 401."""


def without_traceback(error: E) -> E:
    """Removes the traceback and the cause of an error. Error trackers collect local variables from them.

    Call it where an error leaves code whose local variables contain a credential.
    """
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)


RULES = {
    "required": "is required, because the provider's strategy sends it",
    "type": "must be a string",
    "notEmpty": "must not be empty",
    "lineBreak": "must not contain a line break",
    "controlCharacter": "must not contain a control character such as a tab or NUL",
    "invisibleCharacter": "must not contain an invisible character such as a zero-width or no-break space",
    "printableAscii": "must be printable ASCII to be sent in a header",
    "colon": "must not contain a colon, which ends the user name (RFC 7617)",
    "dotSegment": "must not be empty or a dot segment (RFC 3986)",
    "hex": "must be encoded in hex",
    "base64": "must be encoded in base64",
    "signatureScope": "must not contain a slash, comma or space, which separate the parts of an AWS signature",
    "jsonBody": "cannot be added, because the body of the request is not one JSON object",
    "formBody": "cannot be added, because the Content-Type of the request is not application/x-www-form-urlencoded",
    "pathPosition": "cannot be added, because the path of the request has no segment with the number `position`",
    "unicode": "must not contain half of a surrogate pair, which no encoder keeps",
}
