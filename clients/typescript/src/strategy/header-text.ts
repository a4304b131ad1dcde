import type { CredentialRule } from "../errors.js";

/** RFC 9110, section 5.6.2. */
export function isToken(text: string): boolean {
  return /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(text);
}

/**
 * Returns true if the text has only visible ASCII and spaces. RFC 9110, section 5.5, also allows obs-text, but clients
 * replace it because it has no agreed encoding.
 */
export function isPrintable(text: string): boolean {
  return /^[ -~]*$/.test(text);
}

/** The rule that forbids the first control character of the text. */
export function controlRule(text: string): CredentialRule | undefined {
  const found = /\p{Cc}/u.exec(text)?.[0];
  if (found === undefined) {
    return undefined;
  }
  return found === "\n" || found === "\r" ? "lineBreak" : "controlCharacter";
}

/** The rule that forbids the text in a header. */
export function headerRule(text: string): CredentialRule | undefined {
  if (isPrintable(text)) {
    return undefined;
  }
  return controlRule(text) ?? (/\p{Cf}|(?! )\p{Z}/u.test(text) ? "invisibleCharacter" : "printableAscii");
}
