"""The fields of a credential, and the rules that they must follow to be sent unchanged."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping

from ._config import Header, Template
from ._errors import InapplicableCredentialError
from ._outgoing import OutgoingRequest


class Credential:
    """The captured object. `repr` omits it."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Mapping[str, object]) -> None:
        self._fields = fields

    def text(self, name: str) -> str:
        """Returns a field. Raises `InapplicableCredentialError` if it is missing or not a string."""
        if name not in self._fields:
            raise InapplicableCredentialError(name, "required")
        value = self._fields[name]
        if not isinstance(value, str):
            raise InapplicableCredentialError(name, "type")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise InapplicableCredentialError(name, "unicode")
        return value

    def text_if_present(self, name: str) -> str | None:
        return self.text(name) if name in self._fields else None

    def header_text(self, name: str) -> str:
        """Returns a field for a header, which must be printable ASCII."""
        value = self.text(name)
        if not is_printable(value):
            raise InapplicableCredentialError(name, control_rule(value) or _invisible_rule(value) or "printableAscii")
        return value

    def require_no_control(self, name: str) -> None:
        rule = control_rule(self.text_if_present(name) or "")
        if rule is not None:
            raise InapplicableCredentialError(name, rule)

    def fill(self, template: Template) -> str:
        """Replaces the placeholders of a template."""
        return "".join(self.text(piece) if is_name else piece for is_name, piece in template.pieces)

    def put_into(self, request: OutgoingRequest, headers: Iterable[Header]) -> OutgoingRequest:
        for header in headers:
            request = request.with_header(header.name, header.prefix + self.header_text(header.field))
        return request

    def __repr__(self) -> str:
        return "Credential(***)"


def is_printable(text: str) -> bool:
    """True if `text` has only visible ASCII and spaces. RFC 9110 gives other characters no agreed encoding."""
    return all(" " <= character <= "~" for character in text)


def control_rule(text: str) -> str | None:
    """Returns the rule that forbids the first control character of `text`."""
    control = next((character for character in text if unicodedata.category(character) == "Cc"), None)
    if control is None:
        return None
    return "lineBreak" if control in "\r\n" else "controlCharacter"


def _invisible_rule(text: str) -> str | None:
    invisible = any(
        unicodedata.category(character) in ("Cf", "Zs", "Zl", "Zp") and character != " " for character in text
    )
    return "invisibleCharacter" if invisible else None
