import { GatewayError } from "./errors.js";
import type { Gateway } from "./gateway.js";
import type { Token } from "./token.js";

/** Maximum length of a chain of successors. */
const MAX_HOPS = 8;

const KNOWN_SUCCESSORS = 10_000;

/** Decides whether the Bridge uses a successor in place of a superseded connection. */
export type SuccessorPredicate = (successorId: string) => boolean | Promise<boolean>;

interface Entry {
  readonly pending: Promise<Token>;
  /** Undefined until the fetch ends. */
  token?: Token;
  expires: number;
}

/**
 * Caches tokens, for a limited time and in a limited number. Concurrent callers share one fetch per connection. Fetches
 * of different connections do not wait for each other.
 */
export class Tokens {
  readonly #gateway: Gateway;
  readonly #accepted: SuccessorPredicate;
  readonly #holdFor: number;
  readonly #holdAtMost: number;
  /** In the order of expiry, except entries with a pending fetch. */
  readonly #entries = new Map<string, Entry>();
  readonly #successors = new Map<string, string>();

  constructor(gateway: Gateway, accepted: SuccessorPredicate, holdFor: number, holdAtMost: number) {
    this.#gateway = gateway;
    this.#accepted = strict(accepted);
    this.#holdFor = holdFor;
    this.#holdAtMost = holdAtMost;
  }

  /** Returns the token for a connection: its own, or that of its accepted successor. */
  async of(connectionId: string): Promise<Token> {
    const token = await this.#get(connectionId);
    if (token.connectionId === connectionId || (await this.#accepted(token.connectionId))) {
      return token;
    }
    // The application no longer accepts the successor that it accepted when the token was fetched.
    this.forgetToken(connectionId, token);
    return this.#get(connectionId);
  }

  /** The id of the last accepted successor that is in memory, or the given id. */
  async currentId(connectionId: string): Promise<string> {
    let current = connectionId;
    for (let hops = 0; hops < MAX_HOPS; hops++) {
      const next = this.#successors.get(current);
      if (next === undefined || !(await this.#accepted(next))) {
        break;
      }
      current = next;
    }
    return current;
  }

  /** Removes a token that the provider rejected, unless another request has already fetched a new one. */
  forgetToken(connectionId: string, refused: Token): void {
    if (this.#entries.get(connectionId)?.token === refused) {
      this.#entries.delete(connectionId);
    }
  }

  /** Removes the token of a connection, also for the connections that it has superseded. */
  forget(connectionId: string): void {
    this.#entries.delete(connectionId);
    for (const [id, { token }] of this.#entries) {
      // A pending fetch can return this token too.
      if (token === undefined || token.connectionId === connectionId) {
        this.#entries.delete(id);
      }
    }
  }

  forgetAll(): void {
    this.#entries.clear();
  }

  #get(connectionId: string): Promise<Token> {
    this.#removeExpired();
    const cached = this.#entries.get(connectionId);
    if (cached) {
      return cached.pending;
    }
    const entry: Entry = { pending: this.#fetch(connectionId), expires: Number.POSITIVE_INFINITY };
    this.#entries.set(connectionId, entry);
    entry.pending.then(
      (token) => this.#store(connectionId, entry, token),
      // The callers of this method get the error.
      () => this.#removeEntry(connectionId, entry),
    );
    return entry.pending;
  }

  #store(connectionId: string, entry: Entry, token: Token): void {
    // False if `forget` was called during the fetch.
    if (this.#removeEntry(connectionId, entry) && this.#holdFor > 0) {
      entry.token = token;
      entry.expires = performance.now() + this.#holdFor;
      this.#entries.set(connectionId, entry);
      limit(this.#entries, this.#holdAtMost);
    }
  }

  #removeEntry(connectionId: string, entry: Entry): boolean {
    return this.#entries.get(connectionId) === entry && this.#entries.delete(connectionId);
  }

  #removeExpired(): void {
    const now = performance.now();
    for (const [id, { token, expires }] of this.#entries) {
      if (token === undefined) {
        continue;
      }
      if (expires > now) {
        break;
      }
      this.#entries.delete(id);
    }
  }

  async #fetch(connectionId: string): Promise<Token> {
    let token = await this.#gateway.token(await this.currentId(connectionId));
    const seen = new Set([token.connectionId]);
    while (token.replacedBy !== undefined && seen.size <= MAX_HOPS) {
      const next = token.replacedBy;
      // The check is before the fetch, so that the credential of a refused successor never reaches this process.
      if (seen.has(next) || !(await this.#accepted(next))) {
        break;
      }
      seen.add(next);
      try {
        const successor = await this.#gateway.token(next);
        this.#successors.set(token.connectionId, next);
        limit(this.#successors, KNOWN_SUCCESSORS);
        token = successor;
      } catch (error) {
        if (!(error instanceof GatewayError)) {
          throw error;
        }
        // The superseded connection is still usable during its grace period.
        break;
      }
    }
    return token;
  }
}

/** Refuses other results than a boolean. An object such as an empty result of a database is true. */
function strict(accepted: SuccessorPredicate): SuccessorPredicate {
  return async (successorId) => {
    const result: unknown = await accepted(successorId);
    if (typeof result !== "boolean") {
      throw new TypeError("followSuccessors must return true or false, or a promise of one of them.");
    }
    return result;
  };
}

/** Removes the oldest entries. */
function limit(map: Map<string, unknown>, atMost: number): void {
  for (const key of map.keys()) {
    if (map.size <= atMost) {
      break;
    }
    map.delete(key);
  }
}
