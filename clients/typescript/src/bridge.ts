import { inspect } from "node:util";
import { BridgeError, ForbiddenHostError, ProviderUnreachableError } from "./errors.js";
import { failureCode, Gateway, type GatewayOptions } from "./gateway.js";
import { NO_STORE, readRequest, withUrl } from "./http.js";
import { OutgoingRequest } from "./strategy/request.js";
import { type SuccessorPredicate, Tokens } from "./tokens.js";

/** The settings of a {@link Bridge}. Times are in milliseconds. */
export interface BridgeOptions extends GatewayOptions {
  /** An API key with the scope `tokens:read`. */
  readonly apiKey: string;
  /** The time for which the Bridge caches a credential in memory, from 0 to 3,600,000. Default: 60,000. */
  readonly holdFor?: number;
  /** The maximum number of credentials in the cache. Default: 1,000. */
  readonly holdAtMost?: number;
  /**
   * The successors that the Bridge uses in place of a superseded connection. Default: none. A successor does not prove
   * which user submitted its credential. So accept only ids that your callback has confirmed.
   */
  readonly followSuccessors?: SuccessorPredicate;
  /** The maximum number of retries of a call to the Gateway, from 0 to 10. Default: 3. */
  readonly retries?: number;
  /** Sends the requests to providers. It must not follow redirects. Default: the `fetch` of Node.js. */
  readonly fetch?: typeof globalThis.fetch;
  /** The time in signatures. Default: the system's clock. */
  readonly clock?: () => Date;
}

const LONGEST_HOLD = 3_600_000;
const UNAUTHORIZED = 401;

/** The redirects of the Fetch standard, 2.2.3. */
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Sends requests to providers with the credentials that Nexus stores. Create one Bridge for the whole application.
 *
 * ```ts
 * const bridge = new Bridge({ gatewayUrl: "https://nexus.example.com", apiKey: process.env.NEXUS_API_KEY ?? "" });
 * const me = await bridge.connection(connectionId).fetch("https://api.github.com/user");
 * ```
 */
export class Bridge {
  readonly #gateway: Gateway;
  readonly #tokens: Tokens;
  readonly #fetch: typeof globalThis.fetch | undefined;
  readonly #clock: () => Date;

  /** @throws TypeError if an option is invalid */
  constructor(options: BridgeOptions) {
    const holdFor = checked("holdFor", options.holdFor ?? 60_000, 0, LONGEST_HOLD);
    const holdAtMost = checked("holdAtMost", options.holdAtMost ?? 1_000, 1, Number.MAX_SAFE_INTEGER);
    this.#gateway = new Gateway(options, checked("retries", options.retries ?? 3, 0, 10));
    this.#tokens = new Tokens(this.#gateway, options.followSuccessors ?? (() => false), holdFor, holdAtMost);
    this.#fetch = options.fetch;
    this.#clock = options.clock ?? (() => new Date());
  }

  /**
   * Returns the connection with this id, a UUID. Does not call the Gateway.
   *
   * @throws TypeError if the id is not a string
   */
  connection(connectionId: string): BridgeConnection {
    if (typeof connectionId !== "string") {
      throw new TypeError("connectionId must be a string. Pass the connection_id of the Gateway's response.");
    }
    return new BridgeConnection(connectionId.toLowerCase(), this.#tokens, this.#fetch, this.#clock);
  }

  /** Removes all credentials from the cache. The Bridge stays usable. */
  close(): void {
    this.#tokens.forgetAll();
  }

  toString(): string {
    return `Bridge[${this.#gateway}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

function checked(name: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new TypeError(`${name} must be a whole number from ${least} to ${most}`);
  }
  return value;
}

/** Sends requests with the credential of one connection. */
export class BridgeConnection {
  readonly #id: string;
  readonly #tokens: Tokens;
  readonly #fetch: typeof globalThis.fetch | undefined;
  readonly #clock: () => Date;

  /** @internal Use {@link Bridge.connection}. */
  constructor(id: string, tokens: Tokens, fetch: typeof globalThis.fetch | undefined, clock: () => Date) {
    this.#id = id;
    this.#tokens = tokens;
    this.#fetch = fetch;
    this.#clock = clock;
    this.fetch = this.fetch.bind(this);
  }

  /**
   * Sends a request with the credential. It has the parameters and the result of the global `fetch`, so you can pass it
   * to a library that accepts a `fetch`. Differences:
   *
   * - It does not follow redirects. The response is the redirect itself. With `redirect: "error"`, it is an error.
   * - If the provider responds with 401, it fetches the credential again, and sends the request a second time.
   * - It reads the body of the request into memory, at most 8 MiB.
   * - It uses only `method`, `headers`, `body`, `signal` and `redirect` of `init`.
   * - A text as a body does not set `Content-Type`.
   * - `url` of the response is the URL without the credential.
   *
   * @throws GatewayError if the Gateway refuses the token, or cannot be reached
   * @throws ForbiddenHostError if the credential must not be sent to this URL
   * @throws InapplicableCredentialError if the credential does not fit the request
   * @throws ProviderUnreachableError if the provider does not respond
   * @throws BridgeError in other cases, such as a body of more than 8 MiB
   */
  async fetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const call = await readRequest(input, init);
    const { signal, redirect } = call.request;
    const token = await untilAborted(() => this.#tokens.of(this.#id), signal);
    const answer = await this.#send(token.apply(call.plain, this.#clock()), signal);
    if (answer.status !== UNAUTHORIZED) {
      await refuseRedirect(answer, redirect);
      return withUrl(answer, call.url, call.request);
    }
    await discard(answer);
    this.#tokens.forgetToken(this.#id, token);
    const renewed = await untilAborted(() => this.#tokens.of(this.#id), signal);
    const second = await this.#send(renewed.apply(call.plain, this.#clock()), signal);
    await refuseRedirect(second, redirect);
    return withUrl(second, call.url, call.request);
  }

  /**
   * Returns the request with the credential added, for another HTTP client. This client must not follow redirects, and
   * must send exactly the method, URL, headers and body, because a signature covers them. After a 401, call
   * {@link forget}.
   */
  async apply(request: OutgoingRequest): Promise<OutgoingRequest> {
    if (!(request instanceof OutgoingRequest)) {
      throw new TypeError("request must be an OutgoingRequest. Pass new OutgoingRequest(method, url, headers, body).");
    }
    return (await this.#tokens.of(this.#id)).apply(request, this.#clock());
  }

  /** Removes the credential from the cache, also for the connections that this one has superseded. */
  forget(): void {
    this.#tokens.forget(this.#id);
  }

  /**
   * Returns the id of the connection whose credential is used. It differs from the given id if the Bridge follows a
   * successor. Store it in place of the old id. Call it after a request, because it does not call the Gateway: a new
   * Bridge knows no successor.
   */
  currentId(): Promise<string> {
    return this.#tokens.currentId(this.#id);
  }

  async #send(ready: OutgoingRequest, signal: AbortSignal): Promise<Response> {
    const hasBody = ready.body.length > 0;
    if (hasBody && /^(?:GET|HEAD)$/.test(ready.method)) {
      throw new BridgeError(
        `The strategy puts the credential into the body, and fetch cannot send a body with ${ready.method}. ` +
          "Use another method, or `apply` and another HTTP client.",
      );
    }
    if (new URL(ready.url).href !== ready.url) {
      throw new ForbiddenHostError("The URL with the credential is not in the form that fetch sends.");
    }
    const headers = new Headers();
    for (const [name, value] of ready.headers) {
      headers.append(name, value);
    }
    let answer: Response;
    try {
      answer = await (this.#fetch ?? globalThis.fetch)(ready.url, {
        method: ready.method,
        headers,
        redirect: "manual",
        ...NO_STORE,
        signal,
        ...(hasBody ? { body: ready.body } : {}),
      });
    } catch (error) {
      signal.throwIfAborted();
      throw new ProviderUnreachableError(failureCode(error));
    }
    if (answer.redirected) {
      throw new BridgeError("The option `fetch` of the Bridge has followed a redirect, possibly with the credential.");
    }
    return answer;
  }

  toString(): string {
    return `BridgeConnection[${this.#id}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** Fails for a redirect if the caller has set `redirect: "error"`. The message omits the target, which can be secret. */
async function refuseRedirect(answer: Response, redirect: Request["redirect"]): Promise<void> {
  if (redirect === "error" && REDIRECTS.has(answer.status)) {
    await discard(answer);
    throw new BridgeError('The provider answered with a redirect, and `redirect` is "error".');
  }
}

/** Closes a body that the application does not get. */
async function discard(answer: Response): Promise<void> {
  try {
    await answer.body?.cancel();
  } catch {
    // The provider has closed the connection before the end of the body.
  }
}

/** Rejects when the signal aborts. Does not stop the fetch of the token, which other requests can share. */
async function untilAborted<T>(start: () => Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise: aborted, abort } = abortion(signal);
  signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([start(), aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function abortion(signal: AbortSignal): { promise: Promise<never>; abort: () => void } {
  let abort = (): void => undefined;
  const promise = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
  });
  return { promise, abort };
}
