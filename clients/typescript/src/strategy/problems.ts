import type { CredentialHeader, CredentialParameter } from "./credential.js";
import { isPrintable, isToken } from "./header-text.js";
import type { HttpField } from "./request.js";

/** A broken rule: an RFC 6901 pointer into the strategy, and the requirement as the end of a sentence. */
export type Problem = readonly [pointer: string, rule: string];

/** Thrown for a strategy that this version does not support. Names each field and rule, never a value. */
export class InvalidStrategyError extends Error {
  override readonly name = "InvalidStrategyError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(([pointer, rule]) => `${pointer || "strategy"}: ${rule}`).join("; "));
    this.problems = problems;
  }
}

const MAX_ADDITIONAL = 8;
const MAX_STATIC = 16;
const MAX_TEXT = 256;
const MAX_NAME = 128;
const STATIC_HEADERS = "/config/static_headers";

/** Headers for the host, framing and connections (RFC 9110, 7.6.1; RFC 9112). Only the HTTP client may write them. */
const WRITTEN_BY_CLIENT = new Set([
  "host",
  "content-length",
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "te",
  "trailer",
  "expect",
]);

/** Collects the rules that a strategy breaks, one for each place. */
export class StrategyProblems {
  readonly #broken = new Map<string, string>();
  readonly #headerNames = new Set<string>();

  /** Ignores a place within an invalid value. */
  add(pointer: string, rule: string): void {
    if (![...this.#broken.keys()].some((outer) => pointer === outer || pointer.startsWith(`${outer}/`))) {
      this.#broken.set(pointer, rule);
    }
  }

  /** @throws InvalidStrategyError if a rule is broken */
  enforce(): void {
    if (this.#broken.size > 0) {
      throw new InvalidStrategyError([...this.#broken]);
    }
  }

  headerName(pointer: string, name: string): void {
    if (!isToken(name) || name.length > MAX_NAME) {
      this.add(pointer, "must be a token of RFC 9110 of at most 128 characters");
    } else if (WRITTEN_BY_CLIENT.has(name.toLowerCase())) {
      this.add(pointer, "must not be a header that the HTTP client writes");
    }
  }

  printable(pointer: string, text: string): void {
    if (!isPrintable(text) || text.length > MAX_TEXT) {
      this.add(pointer, "must be printable ASCII of at most 256 characters");
    }
  }

  fieldName(pointer: string, name: string): void {
    if (name === "" || name.length > MAX_NAME || /\p{Cc}/u.test(name)) {
      this.add(pointer, "must be 1 to 128 characters without control characters");
    }
  }

  /** Checks a name in the scope of an AWS signature, in which slashes separate the names. */
  scopeName(pointer: string, name: string): void {
    if (!/^[A-Za-z0-9-]{1,64}$/.test(name)) {
      this.add(pointer, "must match [A-Za-z0-9-]{1,64}");
    }
  }

  /** Refuses a header that was already given to this method. */
  distinct(pointer: string, name: string): void {
    if (this.#headerNames.has(name.toLowerCase())) {
      this.add(pointer, "must not repeat the name of another header");
    }
    this.#headerNames.add(name.toLowerCase());
  }

  header(pointer: string, header: CredentialHeader): void {
    this.headerName(`${pointer}/header_name`, header.name);
    this.fieldName(`${pointer}/credential_field`, header.field);
    this.printable(`${pointer}/value_prefix`, header.prefix);
  }

  additionalHeaders(headers: readonly CredentialHeader[]): void {
    const pointer = "/config/additional_headers";
    this.#atMostEight(pointer, headers);
    headers.forEach((header, i) => {
      this.header(`${pointer}/${i}`, header);
    });
    for (const header of headers) {
      this.distinct(pointer, header.name);
    }
  }

  /** @param nameField the JSON field that holds the parameter's name */
  parameter(pointer: string, nameField: string, parameter: CredentialParameter): void {
    this.fieldName(`${pointer}/${nameField}`, parameter.name);
    this.fieldName(`${pointer}/credential_field`, parameter.field);
  }

  parameters(pointer: string, nameField: string, parameters: readonly CredentialParameter[]): void {
    this.#atMostEight(pointer, parameters);
    parameters.forEach((parameter, i) => {
      this.parameter(`${pointer}/${i}`, nameField, parameter);
    });
  }

  staticHeaders(headers: readonly HttpField[]): void {
    if (headers.length > MAX_STATIC) {
      this.add(STATIC_HEADERS, "must have at most 16 headers");
    }
    for (const [name, value] of headers) {
      this.headerName(STATIC_HEADERS, name);
      this.printable(STATIC_HEADERS, value);
    }
  }

  #atMostEight(pointer: string, additional: readonly unknown[]): void {
    if (additional.length > MAX_ADDITIONAL) {
      this.add(pointer, "must have at most 8 entries");
    }
  }
}
