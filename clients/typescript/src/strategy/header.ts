import type { ConfigReader } from "./config-reader.js";
import type { Strategy } from "./strategy.js";

/** Reads the strategy `header`: headers that hold fields of the credential. */
export function readHeader(config: ConfigReader): Strategy {
  config.known("header_name", "credential_field", "value_prefix", "additional_headers", "static_headers");
  const first = {
    name: config.text("header_name", "Authorization"),
    field: config.text("credential_field", "api_key"),
    prefix: config.text("value_prefix", ""),
  };
  const additional = config.additionalHeaders();
  const staticHeaders = config.staticHeaders();
  const { problems } = config;
  problems.header("/config", first);
  problems.distinct("/config/header_name", first.name);
  problems.additionalHeaders(additional);
  problems.staticHeaders(staticHeaders);
  for (const [name] of staticHeaders) {
    problems.distinct("/config/static_headers", name);
  }
  return {
    apply: (credential, request) =>
      credential.putInto(credential.putInto(request, [first]).withHeaders(staticHeaders), additional),
  };
}
