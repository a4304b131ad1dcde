import createClient, { type Client } from "openapi-fetch";
import { GatewayError } from "./errors.js";
import { checkedApiKey, checkedGatewayUrl, checkedTimeout, failureCode, type GatewayOptions } from "./gateway.js";
import type { components, paths } from "./generated/api.js";
import { withUrl } from "./http.js";

// In the CommonJS build, the import is the whole module of openapi-fetch.
const create = "default" in createClient ? (createClient.default as typeof createClient) : createClient;

/** A client of the Gateway's API, with the types of its OpenAPI document. */
export type NexusApi = Client<paths>;

/** The schemas of the API by name, for example `Schemas["Connection"]`. */
export type Schemas = components["schemas"];

/**
 * Creates a client of the Gateway's API.
 *
 * ```ts
 * const api = createNexusApi({ gatewayUrl: "https://nexus.example.com", apiKey: process.env.NEXUS_API_KEY ?? "" });
 * const { data, error } = await api.GET("/v1/check-connection/{id}", { params: { path: { id: connectionId } } });
 * ```
 *
 * The client does not retry. It rejects with a {@link GatewayError} of the status 0 if the Gateway does not respond.
 *
 * @throws TypeError if an option is invalid
 */
export function createNexusApi(options: GatewayOptions): NexusApi {
  const timeout = checkedTimeout(options.gatewayTimeout);
  return create<paths>({
    baseUrl: checkedGatewayUrl(options.gatewayUrl),
    headers: { "X-API-Key": checkedApiKey(options.apiKey) },
    // A redirect would send the API key to another host.
    redirect: "manual",
    fetch: (request) => send(request, timeout),
  });
}

async function send(request: Request, timeout: number): Promise<Response> {
  const limit = AbortSignal.timeout(timeout);
  try {
    const answer = await fetch(request, { signal: AbortSignal.any([request.signal, limit]) });
    // The query can contain a state token.
    const [url = ""] = answer.url.split("?", 1);
    return withUrl(answer, url, request, await answer.arrayBuffer());
  } catch (error) {
    request.signal.throwIfAborted();
    throw new GatewayError(
      0,
      "unreachable",
      limit.aborted
        ? `The Gateway did not respond within ${timeout} ms. Retry later, or increase gatewayTimeout.`
        : `The Gateway cannot be reached (${failureCode(error)}). Check gatewayUrl and the network.`,
    );
  }
}
