"""Reads the config of a strategy, strictly: with a misspelt member, the credential could be sent in the wrong place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ._errors import UnsupportedStrategyError

MAX_ADDITIONAL = 8
MAX_STATIC = 16
MAX_TEXT = 256
MAX_NAME = 128
MAX_TEMPLATE = 1024

# Headers for the host, framing and connections (RFC 9110, 7.6.1; RFC 9112). Only the HTTP client may write them.
_WRITTEN_BY_CLIENT = frozenset(
    [
        "host",
        "content-length",
        "connection",
        "keep-alive",
        "proxy-connection",
        "transfer-encoding",
        "upgrade",
        "te",
        "trailer",
        "expect",
    ]
)
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}")
_PRINTABLE = re.compile(r"[ -~]*")
_SCOPE = re.compile(r"[A-Za-z0-9-]{1,64}")
_PLACEHOLDER = re.compile(r"\{([A-Za-z0-9_-]{1,128})\}")


@dataclass(frozen=True)
class Header:
    """A header with one field of the credential."""

    name: str
    field: str
    prefix: str


@dataclass(frozen=True)
class Parameter:
    """A query parameter or body member with one field of the credential."""

    name: str
    field: str


@dataclass(frozen=True)
class Template:
    """Text with placeholders in braces. A piece is a name if its first part is true."""

    pieces: tuple[tuple[bool, str], ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(piece for is_name, piece in self.pieces if is_name)

    def has_literal(self, part: str) -> bool:
        return any(part in piece for is_name, piece in self.pieces if not is_name)


def unsupported(pointer: str, rule: str) -> UnsupportedStrategyError:
    return UnsupportedStrategyError(
        f"This version of the package does not support the strategy of the connection: {pointer} {rule}. Use a newer"
        " version."
    )


class ConfigReader:
    """Reads one object of the config. Each method raises `UnsupportedStrategyError` for an invalid value."""

    def __init__(self, members: object, pointer: str = "/config") -> None:
        if not isinstance(members, Mapping):
            raise unsupported(pointer, "must be an object")
        self._members: Mapping[str, object] = members
        self._pointer = pointer

    def known(self, *names: str) -> None:
        unknown = next((name for name in self._members if name not in names), None)
        if unknown is not None:
            raise unsupported(f"{self._pointer}/{unknown}"[:MAX_TEXT], "is not a field of this object")

    def has(self, name: str) -> bool:
        return name in self._members

    def refuse(self, name: str, rule: str) -> UnsupportedStrategyError:
        return unsupported(f"{self._pointer}/{name}", rule)

    def text(self, name: str, absent: str | None = None) -> str:
        value = self._members.get(name, absent)
        if not isinstance(value, str):
            raise self.refuse(name, "must be a string" if name in self._members else "is required")
        return value

    def integer(self, name: str, absent: int, most: int) -> int:
        value = self._members.get(name, absent)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
            raise self.refuse(name, f"must be a whole number from 0 to {most}")
        return value

    def choice(self, name: str, *values: str) -> str:
        """Reads one of `values`. The first is the default."""
        value = self.text(name, values[0])
        if value not in values:
            raise self.refuse(name, "must be " + " or ".join(values))
        return value

    def header_name(self, name: str, absent: str | None = None) -> str:
        return self._checked_header_name(name, self.text(name, absent))

    def _checked_header_name(self, name: str, value: str) -> str:
        if not _TOKEN.fullmatch(value) or value.lower() in _WRITTEN_BY_CLIENT:
            raise self.refuse(name, "must be a token of RFC 9110, and not a header that the HTTP client writes")
        return value

    def field_name(self, name: str, absent: str | None = None) -> str:
        value = self.text(name, absent)
        if not 1 <= len(value) <= MAX_NAME or any(c < " " or "\x7f" <= c <= "\x9f" for c in value):
            raise self.refuse(name, "must be 1 to 128 characters without control characters")
        return value

    def printable(self, name: str) -> str:
        return self._checked_printable(name, self.text(name, ""))

    def _checked_printable(self, name: str, value: str) -> str:
        if not _PRINTABLE.fullmatch(value) or len(value) > MAX_TEXT:
            raise self.refuse(name, "must be printable ASCII of at most 256 characters")
        return value

    def scope_name(self, name: str, absent: str | None = None) -> str:
        value = self.text(name, absent)
        if not _SCOPE.fullmatch(value):
            raise self.refuse(name, "must match [A-Za-z0-9-]{1,64}")
        return value

    def template(self, name: str, absent: str) -> Template:
        text = self.text(name, absent)
        if len(text) > MAX_TEMPLATE:
            raise self.refuse(name, "must be at most 1024 characters long")
        pieces: list[tuple[bool, str]] = []
        at = 0
        while at < len(text):
            placeholder = _PLACEHOLDER.match(text, at)
            if text[at : at + 2] in ("{{", "}}"):
                pieces.append((False, text[at]))
                at += 2
            elif placeholder:
                pieces.append((True, placeholder[1]))
                at = placeholder.end()
            elif text[at] in "{}":
                raise self.refuse(name, "must have placeholders of the form {name}, and {{ or }} for a literal brace")
            else:
                pieces.append((False, text[at]))
                at += 1
        return Template(tuple(pieces))

    def header(self, default_name: str | None = None, default_field: str | None = None) -> Header:
        return Header(
            self.header_name("header_name", default_name),
            self.field_name("credential_field", default_field),
            self.printable("value_prefix"),
        )

    def additional_headers(self) -> tuple[Header, ...]:
        headers = []
        for item in self._items("additional_headers"):
            item.known("header_name", "credential_field", "value_prefix")
            headers.append(item.header())
        return tuple(headers)

    def parameters(self, name: str, additional: str) -> tuple[Parameter, ...]:
        """Reads the parameter of this object, followed by those of the list `additional`."""
        parameters = [Parameter(self.field_name(name), self.field_name("credential_field", "api_key"))]
        for item in self._items(additional):
            item.known(name, "credential_field")
            parameters.append(Parameter(item.field_name(name), item.field_name("credential_field")))
        return tuple(parameters)

    def static_headers(self) -> tuple[tuple[str, str], ...]:
        name = "static_headers"
        value = self._members.get(name, {})
        if not isinstance(value, Mapping) or len(value) > MAX_STATIC:
            raise self.refuse(name, "must be an object with at most 16 headers")
        headers = []
        for key, text in value.items():
            if not isinstance(text, str):
                raise self.refuse(name, "must contain only strings")
            headers.append((self._checked_header_name(name, key), self._checked_printable(name, text)))
        return tuple(headers)

    def distinct(self, *names: str) -> None:
        """Refuses two headers with the same name."""
        if len({name.lower() for name in names}) < len(names):
            raise self.refuse("header_name", "must not repeat the name of another header")

    def _items(self, name: str) -> list[ConfigReader]:
        value = self._members.get(name, [])
        if not isinstance(value, list) or len(value) > MAX_ADDITIONAL:
            raise self.refuse(name, "must be a list of at most 8 entries")
        return [ConfigReader(item, f"{self._pointer}/{name}/{index}") for index, item in enumerate(value)]
