import type { ConfigReader } from "./config-reader.js";
import { setPair } from "./percent.js";
import type { Strategy } from "./strategy.js";

/** Reads the strategy `query_param`: query parameters that hold fields of the credential. */
export function readQueryParam(config: ConfigReader): Strategy {
  config.known("param_name", "credential_field", "additional_params", "static_headers");
  const first = config.parameter("param_name");
  const additional = config.parameters("additional_params", "param_name");
  const staticHeaders = config.staticHeaders();
  config.problems.parameter("/config", "param_name", first);
  config.problems.parameters("/config/additional_params", "param_name", additional);
  config.problems.staticHeaders(staticHeaders);
  return {
    apply(credential, request) {
      const { path, query } = request.parts;
      const set = [first, ...additional].reduce(
        (pairs, { name, field }) => setPair(pairs, name, credential.text(field)),
        query ?? "",
      );
      return request.withPathAndQuery(path, set).withHeaders(staticHeaders);
    },
  };
}
