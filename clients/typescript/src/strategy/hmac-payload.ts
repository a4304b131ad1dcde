import { createHash, createHmac } from "node:crypto";
import { InapplicableCredentialError } from "../errors.js";
import type { ConfigReader } from "./config-reader.js";
import type { Credential } from "./credential.js";
import type { OutgoingRequest } from "./request.js";
import type { Strategy } from "./strategy.js";

type SecretEncoding = "text" | "hex" | "base64";
type TimestampFormat = "unix" | "unix_ms" | "iso8601";

/** The placeholders of the canonical string. */
const PARTS: Readonly<Record<string, (request: OutgoingRequest, timestamp: string) => string | Uint8Array>> = {
  method: (request) => request.method,
  path: (request) => request.parts.path || "/",
  query: (request) => request.parts.query ?? "",
  path_and_query: ({ parts: { path, query } }) => (path || "/") + (query ? `?${query}` : ""),
  host: (request) => request.parts.host,
  timestamp: (_, timestamp) => timestamp,
  body: (request) => request.body,
  body_sha256: (request) => createHash("sha256").update(request.body).digest("hex"),
};

/** Reads the strategy `hmac_payload`: a header that holds an HMAC (RFC 2104) of the request. */
export function readHmacPayload(config: ConfigReader): Strategy {
  config.known(
    "header_name",
    "secret_field",
    "algo",
    "encoding",
    "secret_encoding",
    "value_prefix",
    "canonical_template",
    "timestamp_header",
    "timestamp_format",
    "additional_headers",
  );
  const headerName = config.text("header_name");
  const prefix = config.text("value_prefix", "");
  const secretField = config.text("secret_field", "api_secret");
  const secretEncoding = config.constant("secret_encoding", ["text", "hex", "base64"]);
  const algorithm = config.constant("algo", ["sha256", "sha1", "sha512"]);
  const encoding = config.constant("encoding", ["hex", "base64"]);
  const canonical = config.template("canonical_template", "{body}");
  const timestampHeader = config.has("timestamp_header") ? config.text("timestamp_header") : undefined;
  const timestampFormat = config.constant("timestamp_format", ["unix", "unix_ms", "iso8601"]);
  const additional = config.additionalHeaders();

  const { problems } = config;
  problems.headerName("/config/header_name", headerName);
  problems.distinct("/config/header_name", headerName);
  problems.fieldName("/config/secret_field", secretField);
  problems.printable("/config/value_prefix", prefix);
  if (timestampHeader !== undefined) {
    problems.headerName("/config/timestamp_header", timestampHeader);
    problems.distinct("/config/timestamp_header", timestampHeader);
  }
  if (!canonical.placeholders.every((name) => Object.hasOwn(PARTS, name))) {
    const names = Object.keys(PARTS).map((name) => `{${name}}`);
    config.refuse("canonical_template", `must have only the placeholders ${names.join(", ")}`);
  }
  problems.additionalHeaders(additional);

  return {
    apply(credential, request, now) {
      const timestamp = formatTime(timestampFormat, now);
      const hmac = createHmac(algorithm, key(credential, secretField, secretEncoding));
      for (const piece of canonical.pieces) {
        hmac.update("name" in piece ? (PARTS[piece.name]?.(request, timestamp) ?? "") : piece.literal);
      }
      const sent = credential.putInto(request, additional).withHeader(headerName, prefix + hmac.digest(encoding));
      return timestampHeader === undefined ? sent : sent.withHeader(timestampHeader, timestamp);
    },
  };
}

function formatTime(format: TimestampFormat, now: Date): string {
  switch (format) {
    case "unix":
      return String(Math.floor(now.getTime() / 1000));
    case "unix_ms":
      return String(now.getTime());
    case "iso8601":
      return now.toISOString();
  }
}

const HEX = /^(?:[0-9A-Fa-f]{2})*$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

function key(credential: Credential, field: string, encoding: SecretEncoding): Buffer {
  const secret = credential.text(field);
  if (secret === "") {
    throw new InapplicableCredentialError(field, "notEmpty");
  }
  // Buffer.from ignores invalid characters, and would sign with another key.
  if (encoding === "hex" && !HEX.test(secret)) {
    throw new InapplicableCredentialError(field, "hex");
  }
  if (encoding === "base64" && !BASE64.test(secret)) {
    throw new InapplicableCredentialError(field, "base64");
  }
  return Buffer.from(secret, encoding === "text" ? "utf8" : encoding);
}
