import { createHmac, timingSafeEqual } from "node:crypto";
import { WebhookVerificationError } from "./errors.js";

/** The data of an event about a connection. A later version can add members. */
export interface WebhookConnection {
  readonly connection_id: string;
  readonly workspace_id: string;
  readonly provider: { readonly id: string; readonly slug: string };
  readonly label?: string;
  readonly status: "pending" | "active" | "superseded" | "revoked" | (string & {});
  /** The id of the successor. Does not prove who submitted its credential. */
  readonly replaced_by?: string;
}

/** An event of Nexus. Ignore types that you do not know: a later version can add some. */
export interface WebhookEvent {
  readonly type:
    | "connection.activated"
    | "connection.superseded"
    | "connection.revoked"
    | "connection.verification_failed"
    | (string & {});
  /** RFC 3339 */
  readonly timestamp: string;
  readonly data: WebhookConnection;
}

/** A verified request. */
export interface VerifiedWebhook {
  /** The header `webhook-id`. All deliveries of an event have the same id: process each id once. */
  readonly id: string;
  readonly event: WebhookEvent;
}

/** The headers of a request, as `fetch`, Node.js or Express give them. */
export type WebhookHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

const TOLERANCE_SECONDS = 300;

/** In bytes. An empty key would make signatures that anybody can make. */
const SHORTEST_KEY = 16;

/**
 * Verifies the signature and the time of a webhook's request (https://www.standardwebhooks.com), and returns its event.
 *
 * @param secret the secret of the webhook, `whsec_…`
 * @param body the raw body, before a framework parses it
 * @param now the current time
 * @throws WebhookVerificationError if the signature is not valid, or if the time differs from `now` by more than five
 *     minutes
 * @throws TypeError if a parameter has another type, or the secret an invalid form
 */
export function verifyWebhook(
  secret: string,
  body: string | Uint8Array,
  headers: WebhookHeaders,
  now: Date = new Date(),
): VerifiedWebhook {
  const key = readKey(secret);
  if (typeof body !== "string" && !(body instanceof Uint8Array)) {
    throw new TypeError(
      "body must be a string or bytes. Pass the raw body, before a framework parses it. " +
        "Call verifyWebhook(secret, body, headers).",
    );
  }
  if (typeof headers !== "object" || headers === null || headers instanceof Uint8Array) {
    throw new TypeError(
      "headers must be those of fetch, Node.js or Express. Call verifyWebhook(secret, body, headers).",
    );
  }
  const id = header(headers, "webhook-id");
  const timestamp = header(headers, "webhook-timestamp");
  // The difference is not a number if `now` is an invalid date.
  const isRecent = Math.abs(now.getTime() / 1000 - Number(timestamp)) <= TOLERANCE_SECONDS;
  if (!/^\d{1,15}$/.test(timestamp) || !isRecent) {
    throw new WebhookVerificationError(
      "webhook-timestamp differs from the clock by more than five minutes. Check the clock of this machine.",
    );
  }
  const expected = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest();
  const isValid = header(headers, "webhook-signature")
    .split(" ")
    .filter((signature) => signature.startsWith("v1,"))
    .map((signature) => Buffer.from(signature.slice("v1,".length), "base64"))
    .some((signature) => signature.length === expected.length && timingSafeEqual(signature, expected));
  if (!isValid) {
    throw new WebhookVerificationError(
      "webhook-signature is not valid. Check the secret, and verify the body before it is parsed.",
    );
  }
  return { id, event: JSON.parse(Buffer.from(body).toString("utf8")) as WebhookEvent };
}

function readKey(secret: string): Buffer {
  const [, base64 = ""] = /^whsec_([A-Za-z0-9+/]+=*)$/.exec(secret) ?? [];
  const key = Buffer.from(base64, "base64");
  if (key.length < SHORTEST_KEY) {
    throw new TypeError("secret must be the whole `secret` of the webhook, which begins with whsec_");
  }
  return key;
}

function header(headers: WebhookHeaders, name: string): string {
  const value =
    headers instanceof Headers
      ? headers.get(name)
      : Object.entries(headers).find(([other]) => other.toLowerCase() === name)?.[1];
  if (typeof value !== "string" || value === "") {
    throw new WebhookVerificationError(`${name}: the request must have exactly one header of this name`);
  }
  return value;
}
