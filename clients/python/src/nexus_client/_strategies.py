"""The strategies that put fields of the credential into a request. `_signatures` has those that sign it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn, Protocol

from . import _signatures
from ._config import ConfigReader, Header, Parameter, Template, unsupported
from ._credential import Credential
from ._errors import InapplicableCredentialError
from ._outgoing import OutgoingRequest, percent_encode, set_pair, split_url


class Strategy(Protocol):
    """Puts a credential into a request."""

    def apply(self, credential: Credential, request: OutgoingRequest, now: datetime) -> OutgoingRequest:
        """Returns the request with the credential added.

        Raises `InapplicableCredentialError` if the credential does not fit the request.
        """
        ...


def read_strategy(members: object) -> Strategy:
    """Reads `{"type": …, "config": {…}}`. Raises `UnsupportedStrategyError`."""
    reader = ConfigReader(members, "")
    reader.known("type", "config")
    kind = reader.text("type")
    if kind not in _READERS:
        raise unsupported("/type", "must be " + " or ".join(_READERS))
    config = members.get("config", {}) if isinstance(members, dict) else {}
    return _READERS[kind](ConfigReader(config))


@dataclass(frozen=True)
class HeaderStrategy:
    first: Header
    additional: tuple[Header, ...]
    static: tuple[tuple[str, str], ...]

    @staticmethod
    def read(config: ConfigReader) -> HeaderStrategy:
        config.known("header_name", "credential_field", "value_prefix", "additional_headers", "static_headers")
        strategy = HeaderStrategy(
            config.header("Authorization", "api_key"), config.additional_headers(), config.static_headers()
        )
        config.distinct(
            strategy.first.name,
            *(header.name for header in strategy.additional),
            *(name for name, _ in strategy.static),
        )
        return strategy

    def apply(self, credential: Credential, request: OutgoingRequest, now: datetime) -> OutgoingRequest:
        sent = credential.put_into(request, [self.first]).with_headers(self.static)
        return credential.put_into(sent, self.additional)


@dataclass(frozen=True)
class QueryParamStrategy:
    parameters: tuple[Parameter, ...]
    static: tuple[tuple[str, str], ...]

    @staticmethod
    def read(config: ConfigReader) -> QueryParamStrategy:
        config.known("param_name", "credential_field", "additional_params", "static_headers")
        return QueryParamStrategy(config.parameters("param_name", "additional_params"), config.static_headers())

    def apply(self, credential: Credential, request: OutgoingRequest, now: datetime) -> OutgoingRequest:
        _, path, query = split_url(request.url)
        pairs = query or ""
        for parameter in self.parameters:
            pairs = set_pair(pairs, parameter.name, credential.text(parameter.field))
        return request.with_path_and_query(path, pairs).with_headers(self.static)


@dataclass(frozen=True)
class BasicAuthStrategy:
    """HTTP Basic authentication (RFC 7617). Each half is a field of the credential or a template."""

    username: str | Template
    password: str | Template
    static: tuple[tuple[str, str], ...]

    @staticmethod
    def read(config: ConfigReader) -> BasicAuthStrategy:
        config.known("username_field", "password_field", "username_template", "password_template", "static_headers")
        username = BasicAuthStrategy._half(config, "username")
        if isinstance(username, Template) and username.has_literal(":"):
            raise config.refuse("username_template", "must not contain a colon, which ends the user name (RFC 7617)")
        return BasicAuthStrategy(username, BasicAuthStrategy._half(config, "password"), config.static_headers())

    @staticmethod
    def _half(config: ConfigReader, half: str) -> str | Template:
        if not config.has(f"{half}_template"):
            return config.field_name(f"{half}_field", half)
        if config.has(f"{half}_field"):
            raise config.refuse(f"{half}_field", f"must not be used together with {half}_template")
        return config.template(f"{half}_template", "")

    def apply(self, credential: Credential, request: OutgoingRequest, now: datetime) -> OutgoingRequest:
        user = self._text(self.username, credential)
        for name in self._fields(self.username):
            if ":" in credential.text(name):
                raise InapplicableCredentialError(name, "colon")
        if isinstance(self.password, str):
            password = credential.text_if_present(self.password) or ""
        else:
            password = self._text(self.password, credential)
        for name in [*self._fields(self.username), *self._fields(self.password)]:
            credential.require_no_control(name)
        pair = base64.b64encode(f"{user}:{password}".encode()).decode()
        return request.with_header("Authorization", f"Basic {pair}").with_headers(self.static)

    @staticmethod
    def _text(half: str | Template, credential: Credential) -> str:
        return credential.text(half) if isinstance(half, str) else credential.fill(half)

    @staticmethod
    def _fields(half: str | Template) -> list[str]:
        return [half] if isinstance(half, str) else [piece for is_name, piece in half.pieces if is_name]


@dataclass(frozen=True)
class BodyFieldStrategy:
    members: tuple[Parameter, ...]
    encoding: str

    @staticmethod
    def read(config: ConfigReader) -> BodyFieldStrategy:
        config.known("field_name", "credential_field", "encoding", "additional_fields")
        return BodyFieldStrategy(
            config.parameters("field_name", "additional_fields"), config.choice("encoding", "json", "form")
        )

    def apply(self, credential: Credential, request: OutgoingRequest, now: datetime) -> OutgoingRequest:
        values = {member.name: credential.text(member.field) for member in self.members}
        content_type = request.header("Content-Type")
        if self.encoding == "form":
            media = "application/x-www-form-urlencoded"
            if content_type is not None and content_type.partition(";")[0].strip(" \t").lower() != media:
                # Pairs would corrupt another body, such as JSON.
                raise InapplicableCredentialError(self.members[0].field, "formBody")
            body = request.body.decode("utf-8", "surrogateescape")
            for name, value in values.items():
                body = set_pair(body, name, value)
            sent = request.with_body(body.encode("utf-8", "surrogateescape"))
        else:
            merged = _merged(request.body, values)
            if merged is None:
                raise InapplicableCredentialError(self.members[0].field, "jsonBody")
            sent, media = request.with_body(merged), "application/json"
        return sent if content_type is not None else sent.with_header("Content-Type", media)


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError("not JSON")


# NaN and Infinity are not JSON.
_DECODER = json.JSONDecoder(parse_int=str, parse_constant=_refuse_constant)
_WHITESPACE = " \t\r\n"


def _merged(body: bytes, values: dict[str, str]) -> bytes | None:
    """Returns the JSON object with `values` set, or None if `body` is not one JSON object.

    Other values keep their text, so that no number is reformatted.
    """
    try:
        text = body.decode().strip(_WHITESPACE) or "{}"
        if not isinstance(_DECODER.decode(text), dict):
            return None
        members = [
            f"{json.dumps(name, ensure_ascii=False)}:{raw}" for name, raw in _members(text) if name not in values
        ]
    except (ValueError, RecursionError):
        return None
    members += [
        f"{json.dumps(name, ensure_ascii=False)}:{json.dumps(v, ensure_ascii=False)}" for name, v in values.items()
    ]
    return ("{" + ",".join(members) + "}").encode()


def _members(text: str) -> list[tuple[str, str]]:
    """Returns the names and the texts of the values of `text`, which is a valid JSON object without outer space."""
    members = []
    at = _skip(text, 1)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        begin = _skip(text, _skip(text, at) + 1)
        _, end = _DECODER.raw_decode(text, begin)
        members.append((str(name), text[begin:end]))
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return members


def _skip(text: str, at: int) -> int:
    while text[at] in _WHITESPACE:
        at += 1
    return at


@dataclass(frozen=True)
class PathSegmentStrategy:
    field: str
    prefix: str
    position: int

    @staticmethod
    def read(config: ConfigReader) -> PathSegmentStrategy:
        config.known("credential_field", "segment_prefix", "position")
        return PathSegmentStrategy(
            config.field_name("credential_field", "api_key"),
            config.printable("segment_prefix"),
            config.integer("position", 0, 32),
        )

    def apply(self, credential: Credential, request: OutgoingRequest, now: datetime) -> OutgoingRequest:
        segment = self.prefix + credential.text(self.field)
        if segment in ("", ".", ".."):
            raise InapplicableCredentialError(self.field, "dotSegment")
        _, path, query = split_url(request.url)
        segments = path.split("/")
        # The first element is the empty text before the first slash.
        if self.position + 1 >= len(segments) and self.position > 0:
            raise InapplicableCredentialError(self.field, "pathPosition")
        segments.insert(self.position + 1, percent_encode(segment))
        return request.with_path_and_query("/".join(segments), query)


_READERS: dict[str, Callable[[ConfigReader], Strategy]] = {
    "header": HeaderStrategy.read,
    "query_param": QueryParamStrategy.read,
    "basic_auth": BasicAuthStrategy.read,
    "body_field": BodyFieldStrategy.read,
    "path_segment": PathSegmentStrategy.read,
    "hmac_payload": _signatures.HmacPayloadStrategy.read,
    "aws_sigv4": _signatures.AwsSigV4Strategy.read,
}
