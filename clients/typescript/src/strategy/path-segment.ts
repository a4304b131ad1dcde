import { InapplicableCredentialError } from "../errors.js";
import type { ConfigReader } from "./config-reader.js";
import { encode } from "./percent.js";
import type { Strategy } from "./strategy.js";

const MAX_POSITION = 32;
const POSITION_RULE = "must be a whole number from 0 to 32";

/** Reads the strategy `path_segment`: a segment of the path that holds a field of the credential. */
export function readPathSegment(config: ConfigReader): Strategy {
  config.known("credential_field", "segment_prefix", "position");
  const field = config.text("credential_field", "api_key");
  const prefix = config.text("segment_prefix", "");
  const position = config.integer("position", 0, POSITION_RULE);
  config.problems.fieldName("/config/credential_field", field);
  config.problems.printable("/config/segment_prefix", prefix);
  if (position < 0 || position > MAX_POSITION) {
    config.refuse("position", POSITION_RULE);
  }
  return {
    apply(credential, request) {
      const segment = prefix + credential.text(field);
      if (segment === "" || segment === "." || segment === "..") {
        throw new InapplicableCredentialError(field, "dotSegment");
      }
      const { path, query } = request.parts;
      let at = 0;
      for (let skipped = 0; skipped < position; skipped++) {
        at = path.indexOf("/", at + 1);
        if (at < 0) {
          throw new InapplicableCredentialError(field, "pathPosition");
        }
      }
      return request.withPathAndQuery(`${path.slice(0, at)}/${encode(segment)}${path.slice(at)}`, query);
    },
  };
}
