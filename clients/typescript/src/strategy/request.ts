import { inspect } from "node:util";

/** A name and a value. Names are case-insensitive. */
export type HttpField = readonly [name: string, value: string];

/** The parts of an absolute URL (RFC 3986, appendix B), as they are sent. */
export interface UrlParts {
  readonly scheme: string;
  readonly authority: string;
  /** In lower case, without the port. An IPv6 address keeps its brackets. */
  readonly host: string;
  /** With the colon. Empty if the URL has no port. */
  readonly port: string;
  readonly path: string;
  /** Without the question mark. Undefined if the URL has no query. */
  readonly query: string | undefined;
}

const URL_PARTS = /^(https?):\/\/(?:[^/?#@]*@)?((\[[^\]/?#]*\]|[^:/?#@]+)(:\d*)?)([^?#]*)(?:\?([^#]*))?(?:#.*)?$/is;

function parse(url: string): UrlParts {
  const parts = URL_PARTS.exec(url);
  if (!parts) {
    throw new TypeError("url must be an absolute http or https URL with a host name");
  }
  const [, scheme = "", authority = "", host = "", port = "", path = "", query] = parts;
  return { scheme, authority, host: host.toLowerCase(), port, path, query };
}

/**
 * A request to a provider, with or without the credential. Immutable. Printing it shows only the method and the host,
 * because headers, path, query and body can contain the credential.
 */
export class OutgoingRequest {
  readonly #method: string;
  readonly #url: string;
  readonly #headers: readonly HttpField[];
  readonly #body: Uint8Array;

  /**
   * @param url absolute, http or https, already percent-encoded
   * @param body empty for no body. The bytes must not change afterwards
   */
  constructor(method: string, url: string, headers: readonly HttpField[] = [], body: Uint8Array = new Uint8Array()) {
    parse(url);
    this.#method = method;
    this.#url = url;
    this.#headers = headers;
    this.#body = body;
  }

  get method(): string {
    return this.#method;
  }

  get url(): string {
    return this.#url;
  }

  /** In the order in which they are sent. */
  get headers(): readonly HttpField[] {
    return this.#headers;
  }

  get body(): Uint8Array {
    return this.#body;
  }

  get parts(): UrlParts {
    return parse(this.#url);
  }

  /** The value of the first header with this name. */
  header(name: string): string | undefined {
    return this.#headers.find(([other]) => other.toLowerCase() === name.toLowerCase())?.[1];
  }

  /** Replaces the headers with this name. */
  withHeader(name: string, value: string): OutgoingRequest {
    const others = this.#headers.filter(([other]) => other.toLowerCase() !== name.toLowerCase());
    return new OutgoingRequest(this.#method, this.#url, [...others, [name, value]], this.#body);
  }

  withHeaders(fields: readonly HttpField[]): OutgoingRequest {
    return fields.reduce<OutgoingRequest>((request, [name, value]) => request.withHeader(name, value), this);
  }

  /** Replaces the path and the query, both already encoded. Drops the fragment, which is never sent. */
  withPathAndQuery(path: string, query: string | undefined): OutgoingRequest {
    const { scheme, authority } = this.parts;
    const url = `${scheme}://${authority}${path || "/"}${query === undefined ? "" : `?${query}`}`;
    return new OutgoingRequest(this.#method, url, this.#headers, this.#body);
  }

  withBody(body: Uint8Array): OutgoingRequest {
    return new OutgoingRequest(this.#method, this.#url, this.#headers, body);
  }

  toString(): string {
    const { scheme, host } = this.parts;
    return `OutgoingRequest[${this.#method} ${scheme}://${host}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
