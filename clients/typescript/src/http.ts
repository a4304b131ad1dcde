import { BridgeError, ForbiddenHostError } from "./errors.js";
import { OutgoingRequest } from "./strategy/request.js";

/** Maximum length of a request's body in bytes. */
const MAX_BODY = 8 * 1024 * 1024;

/** An absolute URL without a path. */
const EMPTY_PATH = /^\s*https?:\/\/[^/\\?#]+(?:[?#]|$)/i;

/**
 * The option of `fetch` that keeps a response out of caches: the `fetch` of Next.js would store a token in a file. It is
 * in a constant because the types of Node.js lack it.
 */
export const NO_STORE = { cache: "no-store" } as const;

/** Statuses without a body (Fetch, 2.2.3). */
const NULL_BODY = new Set([204, 205, 304]);

/**
 * Objects that must live as long as the response that the application gets. Node.js cancels the body of a response that
 * is garbage, and the signal of a request that is garbage does not abort.
 */
const KEPT = new WeakMap<Response, readonly [answer: Response, request: Request]>();

/** The parameters of a `fetch` call. */
export interface FetchCall {
  readonly plain: OutgoingRequest;
  readonly request: Request;
  /** The URL of `request` without the fragment. */
  readonly url: string;
}

/** Reads the parameters of a `fetch` call into memory, because signatures cover the body and a retry sends it again. */
export async function readRequest(input: string | URL | Request, init: RequestInit | undefined): Promise<FetchCall> {
  if (init?.redirect === "follow") {
    throw new BridgeError(
      "The Bridge follows no redirect, because it would send the credential to another host. Remove `redirect`.",
    );
  }
  const url = input instanceof Request ? input.url : String(input);
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new BridgeError("The request's URL is not valid. Use an absolute https URL.");
  }
  const { username, password } = new URL(url);
  if (username !== "" || password !== "") {
    throw new ForbiddenHostError(
      "The request's URL must not contain user info, which can hide the host. Remove the user info and the '@'.",
    );
  }
  const request = newRequest(input, init);
  // `URL` adds a path, and the strategy path_segment adds a segment to the path. So keep an empty path.
  const target = EMPTY_PATH.test(url) ? request.url.replace(/\/(?=[?#]|$)/, "") : request.url;
  const headers = [...request.headers].filter(([name]) => name !== "content-length");
  const plain = new OutgoingRequest(request.method, target, headers, await readBody(request));
  return { plain, request, url: request.url.replace(/#.*/s, "") };
}

function newRequest(input: string | URL | Request, init: RequestInit | undefined): Request {
  try {
    // A text would set the header Content-Type: text/plain, although a strategy sets the type of the body.
    return new Request(input, typeof init?.body === "string" ? { ...init, body: Buffer.from(init.body) } : init);
  } catch {
    // The message can quote the URL or a header.
    throw new BridgeError(problem(input, init) ?? "The request is not valid. Check its method, headers and body.");
  }
}

/** Names the invalid part of a request, without its value. */
function problem(input: string | URL | Request, init: RequestInit | undefined): string | undefined {
  const method = (init?.method ?? (input instanceof Request ? input.method : "GET")).toUpperCase();
  if (/^(?:GET|HEAD)$/.test(method) && init?.body != null) {
    return `A request with the method ${method} cannot have a body. Use another method, or \`apply\` and another HTTP client.`;
  }
  const headers = init?.headers ?? {};
  for (const [name, value] of Array.isArray(headers) ? headers : Object.entries(headers)) {
    if (!isHeader(name ?? "", "")) {
      return "The name of a header is not valid. Use ASCII letters, digits and hyphens.";
    }
    if (!isHeader(name ?? "", String(value))) {
      return `The header ${name} is not valid. Use a value without line breaks and only with characters of ISO 8859-1.`;
    }
  }
  return undefined;
}

function isHeader(name: string, value: string): boolean {
  try {
    return new Headers([[name, value]]).has(name);
  } catch {
    return false;
  }
}

async function readBody(request: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body ?? []) {
    length += chunk.length;
    if (length > MAX_BODY) {
      throw new BridgeError("The body of the request is larger than 8 MiB. Send a smaller body.");
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Returns the response with another URL, because the sent URL can contain a secret. Some versions of Node.js print the
 * URL in the internal state of a response, so the result is a new response.
 */
export function withUrl(
  answer: Response,
  url: string,
  request: Request,
  body: ReadableStream | ArrayBuffer | null = answer.body,
): Response {
  const { status, statusText, headers } = answer;
  // The constructor refuses other statuses, which some providers use.
  const isStandard = status >= 200 && status <= 599;
  const shown = new Response(NULL_BODY.has(status) ? null : body, {
    status: isStandard ? status : 200,
    statusText,
    headers,
  });
  Object.defineProperties(shown, {
    url: { value: url },
    ...(isStandard ? {} : { status: { value: status }, ok: { value: false } }),
  });
  KEPT.set(shown, [answer, request]);
  return shown;
}
