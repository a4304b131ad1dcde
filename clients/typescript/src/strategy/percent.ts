const UNRESERVED = /[A-Za-z0-9\-._~]/;

function escaped(octet: number): string {
  const character = String.fromCharCode(octet);
  return UNRESERVED.test(character) ? character : `%${octet.toString(16).toUpperCase().padStart(2, "0")}`;
}

/** Percent-encodes all octets except the unreserved ones (RFC 3986). Valid in a path segment, a query and a form. */
export function encode(text: string): string {
  return Array.from(new TextEncoder().encode(text), escaped).join("");
}

/** Decodes percent-encoded UTF-8. Returns undefined if the percent-encoding is invalid. */
export function decode(text: string): string | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) {
    return undefined;
  }
  // A run of octets becomes text at once, because a character can have several octets.
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) => Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8"));
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
  return decode(raw.replaceAll("+", " "));
}
