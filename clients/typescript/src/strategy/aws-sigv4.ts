import { createHash, createHmac } from "node:crypto";
import { InapplicableCredentialError } from "../errors.js";
import type { ConfigReader } from "./config-reader.js";
import type { Credential } from "./credential.js";
import { encode, octets } from "./percent.js";
import type { OutgoingRequest } from "./request.js";
import type { Strategy } from "./strategy.js";

const ALGORITHM = "AWS4-HMAC-SHA256";

/** S3 signs its paths unchanged. Every other service encodes them a second time and removes dot segments. */
const S3 = "s3";

/** Headers that clients and proxies change on the way. */
const UNSIGNED = new Set([
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
]);

/**
 * Reads the strategy `aws_sigv4`: AWS Signature Version 4 in the header Authorization
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 */
export function readAwsSigV4(config: ConfigReader): Strategy {
  config.known("service", "region", "region_field", "access_key_field", "secret_key_field", "session_token_field");
  if (config.has("region") && config.has("region_field")) {
    config.refuse("region_field", "must not be used together with region");
  }
  const service = config.text("service");
  const fixedRegion = config.text("region", "us-east-1");
  const regionField = config.has("region_field") ? config.text("region_field") : undefined;
  const accessKeyField = config.text("access_key_field", "access_key");
  const secretKeyField = config.text("secret_key_field", "secret_key");
  const sessionTokenField = config.text("session_token_field", "session_token");
  config.problems.scopeName("/config/service", service);
  config.problems.scopeName("/config/region", fixedRegion);
  if (regionField !== undefined) {
    config.problems.fieldName("/config/region_field", regionField);
  }
  config.problems.fieldName("/config/access_key_field", accessKeyField);
  config.problems.fieldName("/config/secret_key_field", secretKeyField);
  config.problems.fieldName("/config/session_token_field", sessionTokenField);
  return {
    apply(credential, request, now) {
      const accessKey = requireNotBlank(accessKeyField, credential.headerText(accessKeyField));
      const secretKey = requireNotBlank(secretKeyField, credential.text(secretKeyField));
      requireScope(accessKeyField, accessKey);
      const sessionToken = textOfToken(credential, sessionTokenField);
      const region = regionField === undefined ? fixedRegion : textOfRegion(credential, regionField);
      const time = now.toISOString().replace(/[-:]|\.\d+/g, "");
      const payload = sha256(request.body);
      const unsigned = request.withHeaders([
        ["X-Amz-Date", time],
        ["X-Amz-Content-Sha256", payload],
        ...(sessionToken === undefined ? [] : [["X-Amz-Security-Token", sessionToken] as const]),
      ]);

      const headers = canonicalHeaders(unsigned);
      const names = [...headers.keys()].join(";");
      const canonical = [
        request.method,
        canonicalPath(request.parts.path || "/", service),
        canonicalQuery(request.parts.query ?? ""),
        ...[...headers].map(([name, value]) => `${name}:${value}`),
        "",
        names,
        payload,
      ].join("\n");
      const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
      const signingKey = scope
        .split("/")
        .reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${secretKey}`));
      const signature = hmac(signingKey, [ALGORITHM, time, scope, sha256(canonical)].join("\n")).toString("hex");
      return unsigned.withHeader(
        "Authorization",
        `${ALGORITHM} Credential=${accessKey}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
      );
    },
  };
}

function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

/** Removes surrounding space, as AWS's own signers do. */
function requireNotBlank(field: string, value: string): string {
  const trimmed = value.trim();
  if (trimmed === "") {
    throw new InapplicableCredentialError(field, "notEmpty");
  }
  return trimmed;
}

function textOfToken(credential: Credential, field: string): string | undefined {
  return credential.has(field) ? credential.headerText(field).trim() : undefined;
}

function textOfRegion(credential: Credential, field: string): string {
  const region = credential.headerText(field);
  requireNotBlank(field, region);
  requireScope(field, region);
  return region;
}

/** The header separates its parts by these characters: Credential=access-key/date/region/service/aws4_request, … */
function requireScope(field: string, value: string): void {
  if (/[/, ]/.test(value)) {
    throw new InapplicableCredentialError(field, "signatureScope");
  }
}

/** The signed headers, sorted by name. */
function canonicalHeaders(request: OutgoingRequest): Map<string, string> {
  const { scheme, host, port } = request.parts;
  const isDefaultPort = port === "" || port === ":" || port === (scheme.toLowerCase() === "https" ? ":443" : ":80");
  const values = new Map<string, string[]>([["host", [isDefaultPort ? host : host + port]]]);
  for (const [name, value] of request.headers) {
    const key = name.toLowerCase();
    if (!UNSIGNED.has(key)) {
      values.set(key, [...(values.get(key) ?? []), value.trim().replace(/\s+/g, " ")]);
    }
  }
  return new Map([...values].sort(byCodeUnits).map(([name, all]) => [name, all.join(",")]));
}

function canonicalPath(path: string, service: string): string {
  if (service === S3) {
    return path;
  }
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") {
      segments.pop();
    } else if (segment !== "" && segment !== ".") {
      segments.push(encode(segment));
    }
  }
  const end = segments.length > 0 && path.endsWith("/") ? "/" : "";
  return `/${segments.join("/")}${end}`;
}

/** Encodes and sorts the parameters. */
function canonicalQuery(query: string): string {
  return query
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const at = pair.indexOf("=");
      const [name, value] = at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
      return [canonicalText(name), canonicalText(value)] as const;
    })
    .sort((a, b) => byCodeUnits(a, b) || byCodeUnits([a[1]], [b[1]]))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

/** Decodes and encodes a text, as a server does. Servers read a raw plus differently, so it is signed as it is sent. */
function canonicalText(raw: string): string {
  return raw
    .split("+")
    .map((part) => encode(octets(part) ?? part))
    .join("+");
}

function byCodeUnits([a]: readonly [string, ...unknown[]], [b]: readonly [string, ...unknown[]]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
