import { InapplicableCredentialError } from "../errors.js";
import type { ConfigReader } from "./config-reader.js";
import type { Credential } from "./credential.js";
import { controlRule } from "./header-text.js";
import type { Strategy } from "./strategy.js";
import type { Template } from "./template.js";

/** The user-id or the password: one field of the credential, or text with fields in it. */
type Part = { readonly field: string } | { readonly template: Template };

/** Reads the strategy `basic_auth`: HTTP Basic authentication (RFC 7617) with the charset UTF-8. */
export function readBasicAuth(config: ConfigReader): Strategy {
  config.known("username_field", "password_field", "username_template", "password_template", "static_headers");
  const username = readPart(config, "username");
  const password = readPart(config, "password");
  const staticHeaders = config.staticHeaders();
  if ("template" in username && username.template.hasLiteral(":")) {
    config.refuse("username_template", "must not contain a colon, which ends the user name (RFC 7617)");
  }
  config.problems.staticHeaders(staticHeaders);
  return {
    apply(credential, request) {
      const user = text(username, credential);
      requireNoColon(username, credential);
      // If a provider expects the key as the user-id and no password, the credential has no field for the password.
      const secret =
        "field" in password ? (credential.textIfPresent(password.field) ?? "") : text(password, credential);
      requireNoControl(username, credential);
      requireNoControl(password, credential);
      const pair = Buffer.from(`${user}:${secret}`, "utf8").toString("base64");
      return request.withHeader("Authorization", `Basic ${pair}`).withHeaders(staticHeaders);
    },
  };
}

function readPart(config: ConfigReader, half: "username" | "password"): Part {
  if (!config.has(`${half}_template`)) {
    const field = config.text(`${half}_field`, half);
    config.problems.fieldName(`/config/${half}_field`, field);
    return { field };
  }
  if (config.has(`${half}_field`)) {
    config.refuse(`${half}_field`, `must not be used together with ${half}_template`);
  }
  return { template: config.template(`${half}_template`) };
}

function fields(part: Part): string[] {
  return "field" in part ? [part.field] : part.template.placeholders;
}

function text(part: Part, credential: Credential): string {
  return "field" in part ? credential.text(part.field) : credential.fill(part.template);
}

function requireNoColon(username: Part, credential: Credential): void {
  for (const field of fields(username)) {
    if (credential.text(field).includes(":")) {
      throw new InapplicableCredentialError(field, "colon");
    }
  }
}

function requireNoControl(part: Part, credential: Credential): void {
  for (const field of fields(part)) {
    const rule = controlRule(credential.textIfPresent(field) ?? "");
    if (rule) {
      throw new InapplicableCredentialError(field, rule);
    }
  }
}
