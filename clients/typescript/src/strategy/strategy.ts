import { readAwsSigV4 } from "./aws-sigv4.js";
import { readBasicAuth } from "./basic-auth.js";
import { readBodyField } from "./body-field.js";
import { ConfigReader } from "./config-reader.js";
import type { Credential } from "./credential.js";
import { readHeader } from "./header.js";
import { readHmacPayload } from "./hmac-payload.js";
import { readPathSegment } from "./path-segment.js";
import { StrategyProblems } from "./problems.js";
import { readQueryParam } from "./query-param.js";
import type { OutgoingRequest } from "./request.js";

/** How a credential is added to the requests of a provider. Names fields of the credential, never their values. */
export interface Strategy {
  /**
   * Adds the credential to the request. Headers, parameters and body members of the strategy replace those of the
   * request with the same name.
   *
   * @param now the time for a signature
   * @throws InapplicableCredentialError if the credential does not fit the strategy or the request
   */
  apply(credential: Credential, request: OutgoingRequest, now: Date): OutgoingRequest;
}

const READERS: Readonly<Record<string, (config: ConfigReader) => Strategy>> = {
  header: readHeader,
  query_param: readQueryParam,
  basic_auth: readBasicAuth,
  body_field: readBodyField,
  path_segment: readPathSegment,
  hmac_payload: readHmacPayload,
  aws_sigv4: readAwsSigV4,
};

/**
 * Reads the JSON form of a strategy, `{"type": …, "config": {…}}`.
 *
 * @throws InvalidStrategyError with every unknown type or field, and every field with an invalid type or form
 */
export function readStrategy(json: unknown): Strategy {
  const problems = new StrategyProblems();
  const members = new ConfigReader("", json, problems);
  members.known("type", "config");
  const type = members.text("type");
  const read = Object.hasOwn(READERS, type) ? READERS[type] : undefined;
  if (!read) {
    members.refuse("type", `must be one of ${Object.keys(READERS).join(", ")}`);
  }
  const strategy = read?.(new ConfigReader("/config", members.has("config") ? members.get("config") : {}, problems));
  problems.enforce();
  if (!strategy) {
    throw new Error("An unknown type is a broken rule");
  }
  return strategy;
}
