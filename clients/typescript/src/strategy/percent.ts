const UNRESERVED = /[A-Za-z0-9\-._~]/;

function escaped(octet: number): string {
  const character = String.fromCharCode(octet);
  return UNRESERVED.test(character) ? character : `%${octet.toString(16).toUpperCase().padStart(2, "0")}`;
}

/** Percent-encodes all octets except the unreserved ones (RFC 3986). Valid in a path segment, a query and a form. */
export function encode(text: string | Uint8Array): string {
  return Array.from(typeof text === "string" ? Buffer.from(text) : text, escaped).join("");
}

/** Decodes percent-encoded octets, also those that are not UTF-8. Returns undefined if the percent-encoding is invalid. */
export function octets(text: string): Buffer | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) {
    return undefined;
  }
  // In latin1, each character is one octet.
  const raw = Buffer.from(text).toString("latin1");
  const decoded = raw.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(decoded, "latin1");
}

/**
 * Sets `name` to `value` in a query or a form. Removes the existing pairs of that name, and appends the new one. The
 * other pairs keep their text.
 */
export function setPair(pairs: string, name: string, value: string): string {
  const others = pairs.split("&").filter((pair) => pair !== "" && nameOf(pair) !== name);
  return [...others, `${encode(name)}=${encode(value)}`].join("&");
}

function nameOf(pair: string): string | undefined {
  const [raw = ""] = pair.split("=", 1);
  return octets(raw.replaceAll("+", " "))?.toString("utf8");
}
