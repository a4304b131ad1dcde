import { ForbiddenHostError } from "./errors.js";

/** The loopback addresses of RFC 6890 and RFC 4291, and the name of RFC 6761, as `URL` writes them. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

export function isLoopback(hostname: string): boolean {
  return LOOPBACK.test(hostname);
}

/** Checks the URL that a credential is sent to. */
export class Destinations {
  readonly #hosts: ReadonlySet<string> | undefined;

  /**
   * @param hosts the allowed hosts. Undefined allows every host, because the provider's definition does not limit them
   * @throws ForbiddenHostError if an allowed host is not a valid host name
   */
  constructor(hosts: readonly string[] | undefined) {
    this.#hosts = hosts && new Set(hosts.map(canonicalHost));
  }

  /** @throws ForbiddenHostError if the credential must not be sent to this URL */
  check(url: URL): void {
    if (url.protocol !== "https:" && !(url.protocol === "http:" && isLoopback(url.hostname))) {
      throw new ForbiddenHostError("The request's URL must use https. Only a URL of a loopback host may use http.");
    }
    if (url.username !== "" || url.password !== "") {
      throw new ForbiddenHostError(
        "The request's URL must not contain user info, which can hide the host. Remove the user info and the '@'.",
      );
    }
    if (this.#hosts && !this.#hosts.has(withoutDot(url.hostname))) {
      throw new ForbiddenHostError(
        "The request's host is not a host of the connection's provider. Send the request to one of: " +
          [...this.#hosts].sort().join(", "),
      );
    }
  }
}

/** Writes a host name as `URL` does: in lower case and ASCII. Removes a trailing dot. */
export function canonicalHost(host: string): string {
  const url = `https://${host}/`;
  if (!/^(?:[^/?#@\\:\s]+|\[[^/?#@\\\s]+\])$/.test(host) || !URL.canParse(url)) {
    throw new ForbiddenHostError(
      "The host of the request's URL, or an allowed host of the provider, is not a valid host name (RFC 1123). Correct it.",
    );
  }
  return withoutDot(new URL(url).hostname);
}

function withoutDot(hostname: string): string {
  return hostname.endsWith(".") ? hostname.slice(0, -1) : hostname;
}
