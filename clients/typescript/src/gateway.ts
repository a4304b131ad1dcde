import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { Destinations, isLoopback } from "./destinations.js";
import { GatewayError, UnsupportedStrategyError } from "./errors.js";
import { NO_STORE } from "./http.js";
import { isObject } from "./strategy/config-reader.js";
import { Credential } from "./strategy/credential.js";
import { InvalidStrategyError } from "./strategy/problems.js";
import { readStrategy, type Strategy } from "./strategy/strategy.js";
import { Token } from "./token.js";

/** Where the Gateway is, and the API key for it. */
export interface GatewayOptions {
  /** The Gateway's address: https, or http on a loopback host; without query, fragment and user info. */
  readonly gatewayUrl: string | URL;
  readonly apiKey: string;
  /** The time limit of one call to the Gateway in milliseconds. Default: 10,000. */
  readonly gatewayTimeout?: number;
}

const FIRST_WAIT = 100;
const LONGEST_WAIT = 3_000;
const MAX_MESSAGE = 500;
const ID = /^[0-9a-f-]{36}$/i;
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** Checks the Gateway's address, and removes a slash at its end. */
export function checkedGatewayUrl(gatewayUrl: string | URL): string {
  const text = String(gatewayUrl);
  if (!URL.canParse(text)) {
    // The URL can contain user info, so the message does not quote it.
    throw new TypeError("gatewayUrl is not a valid URL. Use a URL such as https://nexus.example.com.");
  }
  const url = new URL(text);
  const secure = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
  if (!secure || /[?#]/.test(text) || url.username !== "" || url.password !== "") {
    throw new TypeError(
      "gatewayUrl must be an https URL, or an http URL of a loopback host, without query, fragment and user info",
    );
  }
  return url.href.replace(/\/$/, "");
}

/** Checks that a header can contain the API key. */
export function checkedApiKey(apiKey: string): string {
  if (typeof apiKey !== "string" || !/^[!-~]{1,512}$/.test(apiKey)) {
    throw new TypeError(
      "apiKey must be 1 to 512 printable ASCII characters without spaces. Check for a line break at its end.",
    );
  }
  return apiKey;
}

/** Checks a time limit, and sets the default. */
export function checkedTimeout(milliseconds = 10_000): number {
  if (!Number.isFinite(milliseconds) || milliseconds <= 0) {
    throw new TypeError("gatewayTimeout must be a positive number of milliseconds");
  }
  return milliseconds;
}

/** Fetches tokens with GET /v1/token/{id}. Retries temporary failures, unless Retry-After is more than three seconds. */
export class Gateway {
  readonly #url: string;
  readonly #apiKey: string;
  readonly #timeout: number;
  readonly #retries: number;

  constructor(options: GatewayOptions, retries: number) {
    this.#url = checkedGatewayUrl(options.gatewayUrl);
    this.#apiKey = checkedApiKey(options.apiKey);
    this.#timeout = checkedTimeout(options.gatewayTimeout);
    this.#retries = retries;
  }

  /** @throws GatewayError if the Gateway refuses the token, cannot be reached or does not respond with a token */
  async token(connectionId: string): Promise<Token> {
    if (!ID.test(connectionId)) {
      throw new GatewayError(
        404,
        "connection_not_found",
        "The connection id is not a UUID. Pass the connection_id of the Gateway's response.",
      );
    }
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#fetch(connectionId);
      } catch (error) {
        if (!(error instanceof GatewayError) || attempt === this.#retries || !isRetryable(error)) {
          throw error;
        }
        await sleep(waitBefore(attempt, error));
      }
    }
  }

  async #fetch(connectionId: string): Promise<Token> {
    let answer: Response;
    let body: string;
    try {
      answer = await fetch(`${this.#url}/v1/token/${connectionId}`, {
        headers: { "X-API-Key": this.#apiKey, Accept: "application/json" },
        // A redirect would send the API key to another host.
        redirect: "manual",
        ...NO_STORE,
        signal: AbortSignal.timeout(this.#timeout),
      });
      body = await answer.text();
    } catch (error) {
      throw unreachable(
        error instanceof DOMException && error.name === "TimeoutError"
          ? `The Gateway did not respond within ${this.#timeout} ms. Retry later, or increase gatewayTimeout.`
          : `The Gateway cannot be reached (${failureCode(error)}). Check gatewayUrl and the network.`,
      );
    }
    if (answer.status !== 200) {
      throw refusal(answer, body, this.#apiKey);
    }
    return readToken(connectionId, body);
  }

  toString(): string {
    return `Gateway[${this.#url}]`;
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** Converts a response that is not a success. */
export function refusal(answer: Response, body: string, apiKey: string): GatewayError {
  const error = parsed(body);
  const status = `The Gateway responded with status ${answer.status}`;
  const seconds = answer.headers.get("Retry-After") ?? "";
  const requestId = answer.headers.get("X-Request-Id") ?? "";
  return new GatewayError(
    answer.status,
    sanitize(textOf(error, "error") ?? "unexpected_answer", apiKey),
    sanitize(
      textOf(error, "message") ??
        (error === undefined
          ? `${status}, and the body is not JSON. Check that gatewayUrl is the Gateway's address.`
          : status),
      apiKey,
    ),
    /^\d{1,6}$/.test(seconds) ? Number(seconds) : undefined,
    REQUEST_ID.test(requestId) && !requestId.includes(apiKey) ? requestId : undefined,
  );
}

/** True if the body is an error of Nexus. */
export function isNexusError(body: string): boolean {
  const error = parsed(body);
  return textOf(error, "error") !== undefined && textOf(error, "message") !== undefined;
}

/** True if the body is a JSON object, as each response of the API is. */
export function isJsonObject(body: string): boolean {
  return isObject(parsed(body));
}

/** Masks the API key and limits the text, because another server than the Gateway can respond. */
function sanitize(received: string, apiKey: string): string {
  return received
    .replaceAll(apiKey, "***")
    .replace(/\p{Cc}/gu, " ")
    .slice(0, MAX_MESSAGE);
}

function isRetryable({ status, retryAfter }: GatewayError): boolean {
  const isTemporary = status === 0 || status === 429 || status === 503;
  return isTemporary && (retryAfter ?? 0) * 1000 <= LONGEST_WAIT;
}

/** Doubles the wait with each attempt, and varies it by half. Never waits less than `Retry-After`. */
function waitBefore(attempt: number, { retryAfter }: GatewayError): number {
  const backoff = Math.min(FIRST_WAIT * 2 ** attempt, LONGEST_WAIT) * (0.5 + Math.random());
  return Math.max((retryAfter ?? 0) * 1000, backoff);
}

export function unreachable(message: string): GatewayError {
  return new GatewayError(0, "unreachable", message);
}

/** The code of a failed `fetch`, without its message, which can contain parts of the request. */
export function failureCode(error: unknown): string {
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  // `fetch` gives this error no code (Fetch, 2.9).
  const unknown = textOf(cause, "message") === "bad port" ? "bad port" : "unknown";
  return textOf(cause, "code") ?? textOf(error, "code") ?? unknown;
}

function textOf(value: unknown, member: string): string | undefined {
  const text: unknown =
    typeof value === "object" && value !== null ? (value as Record<string, unknown>)[member] : undefined;
  return typeof text === "string" ? text : undefined;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    // The message of the parser quotes the text, which can be a token.
    return undefined;
  }
}

function readToken(connectionId: string, body: string): Token {
  const token = parsed(body);
  if (!isObject(token) || !isObject(token["strategy"]) || !isObject(token["credentials"])) {
    throw unreachable("The Gateway's response is not a token. Check that gatewayUrl is the Gateway's address.");
  }
  return new Token({
    connectionId,
    strategy: supportedStrategy(token["strategy"]),
    credential: new Credential(token["credentials"]),
    destinations: new Destinations(allowedHosts(token["allowed_hosts"])),
    replacedBy: textOf(token, "replaced_by"),
  });
}

function supportedStrategy(json: unknown): Strategy {
  try {
    return readStrategy(json);
  } catch (error) {
    if (!(error instanceof InvalidStrategyError)) {
      throw error;
    }
    throw new UnsupportedStrategyError(
      `This version of the Bridge does not support the connection's strategy: ${error.message}. Use a newer version.`,
    );
  }
}

/** Fails if the member has another form, because an absent member allows every host. */
function allowedHosts(hosts: unknown): string[] | undefined {
  if (hosts === undefined) {
    return undefined;
  }
  if (!Array.isArray(hosts) || !hosts.every((host) => typeof host === "string")) {
    throw unreachable("The Gateway's response has an invalid `allowed_hosts`. Use a newer version of the Bridge.");
  }
  return hosts;
}
