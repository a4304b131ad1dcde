import { inspect } from "node:util";
import { canonicalHost, type Destinations } from "./destinations.js";
import { ForbiddenHostError } from "./errors.js";
import type { Credential } from "./strategy/credential.js";
import type { OutgoingRequest } from "./strategy/request.js";
import type { Strategy } from "./strategy/strategy.js";

interface TokenParts {
  readonly connectionId: string;
  readonly strategy: Strategy;
  readonly credential: Credential;
  readonly destinations: Destinations;
  readonly replacedBy: string | undefined;
}

/** The Gateway's response: a credential, its strategy and its allowed hosts. Printing it shows only the id. */
export class Token {
  readonly #parts: TokenParts;

  constructor(parts: TokenParts) {
    this.#parts = parts;
  }

  /** The id of the connection that this credential belongs to. */
  get connectionId(): string {
    return this.#parts.connectionId;
  }

  /** The id of the connection that has superseded this one. */
  get replacedBy(): string | undefined {
    return this.#parts.replacedBy;
  }

  /**
   * Returns the request with the credential added.
   *
   * @throws ForbiddenHostError for a host that is not allowed
   */
  apply(request: OutgoingRequest, now: Date): OutgoingRequest {
    this.#check(request);
    const sent = this.#parts.strategy.apply(this.#parts.credential, request, now);
    // A strategy must not change the host. This check stops the request if a defective strategy does.
    this.#check(sent);
    // HTTP clients send a path that is not empty, and no fragment.
    return sent.withPathAndQuery(sent.parts.path, sent.parts.query);
  }

  #check(request: OutgoingRequest): void {
    const { authority, host } = request.parts;
    if (!URL.canParse(request.url)) {
      throw new ForbiddenHostError("The request's URL is not valid. Check its host and port.");
    }
    const url = new URL(request.url);
    this.#parts.destinations.check(url);
    // HTTP clients read some URLs differently, such as one with a backslash. They must agree on the host.
    if (canonicalHost(host) !== canonicalHost(url.hostname) || authority.includes("\\")) {
      throw new ForbiddenHostError("The host of the request's URL is ambiguous. Remove the backslash.");
    }
    // A server with several customers selects one of them by this header.
    if (request.header("Host") !== undefined) {
      throw new ForbiddenHostError("The request must not have the header Host. Remove it.");
    }
  }

  toString(): string {
    return `Token[${this.connectionId}]`;
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
