"""The strategies that sign a request."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timezone
from urllib.parse import quote, unquote_to_bytes

import httpx

from ._config import ConfigReader, Header, Template
from ._credential import Credential
from ._errors import InapplicableCredentialError
from ._outgoing import UNRESERVED, OutgoingRequest, split_url

_PARTS = frozenset(["method", "path", "query", "path_and_query", "host", "timestamp", "body", "body_sha256"])
# Earlier versions of Nexus captured keys of AWS with spaces around them.
_SPACES = " \t\r\n\f\v"
_HEX = re.compile(r"([0-9A-Fa-f]{2})*")


@dataclass(frozen=True)
class HmacPayloadStrategy:
    """A header with an HMAC (RFC 2104) of the request."""

    header_name: str
    prefix: str
    secret_field: str
    secret_encoding: str
    algorithm: str
    encoding: str
    canonical: Template
    timestamp_header: str | None
    timestamp_format: str
    additional: tuple[Header, ...]

    @staticmethod
    def read(config: ConfigReader) -> HmacPayloadStrategy:
        config.known(
            "header_name", "secret_field", "algo", "encoding", "secret_encoding", "value_prefix", "canonical_template",
            "timestamp_header", "timestamp_format", "additional_headers",
        )  # fmt: skip
        strategy = HmacPayloadStrategy(
            config.header_name("header_name"),
            config.printable("value_prefix"),
            config.field_name("secret_field", "api_secret"),
            config.choice("secret_encoding", "text", "hex", "base64"),
            config.choice("algo", "sha256", "sha1", "sha512"),
            config.choice("encoding", "hex", "base64"),
            config.template("canonical_template", "{body}"),
            config.header_name("timestamp_header") if config.has("timestamp_header") else None,
            config.choice("timestamp_format", "unix", "unix_ms", "iso8601"),
            config.additional_headers(),
        )
        if not strategy.canonical.names <= _PARTS:
            raise config.refuse("canonical_template", "must have only placeholders of the request")
        names = [strategy.header_name, *(header.name for header in strategy.additional)]
        config.distinct(*names, *([strategy.timestamp_header] if strategy.timestamp_header else []))
        return strategy

    def apply(self, credential: Credential, request: OutgoingRequest, now: datetime) -> OutgoingRequest:
        timestamp = self._timestamp(now)
        signed = b"".join(
            self._part(piece, request, timestamp) if is_name else piece.encode()
            for is_name, piece in self.canonical.pieces
        )
        digest = hmac.digest(self._key(credential), signed, self.algorithm)
        signature = digest.hex() if self.encoding == "hex" else base64.b64encode(digest).decode()
        sent = credential.put_into(request, self.additional).with_header(self.header_name, self.prefix + signature)
        return sent if self.timestamp_header is None else sent.with_header(self.timestamp_header, timestamp)

    def _timestamp(self, now: datetime) -> str:
        utc = now.astimezone(timezone.utc)
        # timestamp() is a float, whose last digits are not exact.
        seconds, millis = int(utc.replace(microsecond=0).timestamp()), utc.microsecond // 1000
        if self.timestamp_format == "unix":
            return str(seconds)
        if self.timestamp_format == "unix_ms":
            return str(seconds * 1000 + millis)
        return f"{utc:%Y-%m-%dT%H:%M:%S}.{millis:03d}Z"

    def _key(self, credential: Credential) -> bytes:
        secret = credential.text(self.secret_field)
        if not secret:
            raise InapplicableCredentialError(self.secret_field, "notEmpty")
        key: bytes | None = secret.encode()
        if self.secret_encoding == "hex":
            key = bytes.fromhex(secret) if _HEX.fullmatch(secret) else None
        elif self.secret_encoding == "base64":
            key = _base64(secret)
        if key is None:
            # The message of the decoder can quote the secret.
            raise InapplicableCredentialError(self.secret_field, self.secret_encoding)
        return key

    @staticmethod
    def _part(name: str, request: OutgoingRequest, timestamp: str) -> bytes:
        if name == "body":
            return request.body
        _, path, query = split_url(request.url)
        path = path or "/"
        texts = {
            "method": request.method,
            "path": path,
            "query": query or "",
            "path_and_query": f"{path}?{query}" if query else path,
            "host": _host(request.url),
            "timestamp": timestamp,
            "body_sha256": hashlib.sha256(request.body).hexdigest(),
        }
        return texts[name].encode()


def _base64(text: str) -> bytes | None:
    """Decodes base64 with or without padding."""
    if not re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", text) or ("=" in text and len(text) % 4):
        return None
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        return None


def _host(url: str) -> str:
    host = httpx.URL(url).raw_host.decode("ascii")
    return f"[{host}]" if ":" in host else host


# Headers that the HTTP client or a proxy changes. The list is that of botocore, AWS's signer for Python.
_UNSIGNED = frozenset(
    [
        "authorization",
        "baggage",
        "connection",
        "expect",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "te",
        "traceparent",
        "tracestate",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "user-agent",
        "x-amzn-trace-id",
    ]
)


@dataclass(frozen=True)
class AwsSigV4Strategy:
    """AWS Signature Version 4 in the header Authorization.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html

    `region_field` names the field of the credential with the region. If it is None, the region is `region`.
    """

    service: str
    region: str
    region_field: str | None
    access_key_field: str
    secret_key_field: str
    session_token_field: str

    @staticmethod
    def read(config: ConfigReader) -> AwsSigV4Strategy:
        config.known(
            "service", "region", "region_field", "access_key_field", "secret_key_field", "session_token_field"
        )  # fmt: skip
        if config.has("region") and config.has("region_field"):
            raise config.refuse("region_field", "must not be used together with region")
        return AwsSigV4Strategy(
            config.scope_name("service"),
            config.scope_name("region", "us-east-1"),
            config.field_name("region_field") if config.has("region_field") else None,
            config.field_name("access_key_field", "access_key"),
            config.field_name("secret_key_field", "secret_key"),
            config.field_name("session_token_field", "session_token"),
        )

    def apply(self, credential: Credential, request: OutgoingRequest, now: datetime) -> OutgoingRequest:
        access_key = credential.header_text(self.access_key_field).strip(_SPACES)
        if not access_key:
            raise InapplicableCredentialError(self.access_key_field, "notEmpty")
        _require_scope(self.access_key_field, access_key)
        secret_key = credential.text(self.secret_key_field).strip(_SPACES)
        if not secret_key:
            raise InapplicableCredentialError(self.secret_key_field, "notEmpty")

        time = f"{now.astimezone(timezone.utc):%Y%m%dT%H%M%SZ}"
        sent = request.with_header("X-Amz-Date", time).with_header(
            "X-Amz-Content-Sha256", hashlib.sha256(request.body).hexdigest()
        )
        if credential.text_if_present(self.session_token_field) is not None:
            sent = sent.with_header("X-Amz-Security-Token", credential.header_text(self.session_token_field))

        canonical, names = self._canonical(sent)
        scope = f"{time[:8]}/{self._region(credential)}/{self.service}/aws4_request"
        to_sign = "\n".join(["AWS4-HMAC-SHA256", time, scope, hashlib.sha256(canonical.encode()).hexdigest()])
        key = f"AWS4{secret_key}".encode()
        for part in [*scope.split("/"), to_sign]:
            key = hmac.digest(key, part.encode(), "sha256")
        return sent.with_header(
            "Authorization",
            f"AWS4-HMAC-SHA256 Credential={access_key}/{scope}, SignedHeaders={names}, Signature={key.hex()}",
        )

    def _region(self, credential: Credential) -> str:
        if self.region_field is None:
            return self.region
        region = credential.header_text(self.region_field)
        if not region.strip(_SPACES):
            raise InapplicableCredentialError(self.region_field, "notEmpty")
        _require_scope(self.region_field, region)
        return region

    def _canonical(self, request: OutgoingRequest) -> tuple[str, str]:
        headers: dict[str, list[str]] = {}
        for name, value in request.headers:
            if name.lower() not in _UNSIGNED:
                headers.setdefault(name.lower(), []).append(" ".join(value.split()))
        origin, path, query = split_url(request.url)
        headers["host"] = [origin.partition("://")[2]]
        lines = "".join(f"{name}:{','.join(headers[name])}\n" for name in sorted(headers))
        names = ";".join(sorted(headers))
        path = path or "/"
        # S3 signs its paths unchanged. Every other service encodes them a second time.
        text = [request.method, path if self.service == "s3" else _encoded_path(path), _canonical_query(query or "")]
        return "\n".join([*text, lines, names, headers["x-amz-content-sha256"][0]]), names


def _require_scope(name: str, value: str) -> None:
    """Refuses the characters that separate the parts of the header Authorization."""
    if re.search("[/, ]", value):
        raise InapplicableCredentialError(name, "signatureScope")


def _encoded_path(path: str) -> str:
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del segments[-1:]
        elif segment not in ("", "."):
            segments.append(quote(segment, safe=UNRESERVED))
    return "/" + "/".join(segments) + ("/" if segments and path.endswith("/") else "")


def _canonical_query(query: str) -> str:
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    return "&".join(f"{name}={value}" for name, value in sorted((_recoded(n), _recoded(v)) for n, _, v in pairs))


def _recoded(text: str) -> str:
    """Encodes all reserved characters. Only a plus stays: some servers read it as a space, and some do not."""
    return "+".join(quote(unquote_to_bytes(piece), safe=UNRESERVED) for piece in text.split("+"))
