import createClient, { type Client } from "openapi-fetch";
import {
  checkedApiKey,
  checkedGatewayUrl,
  checkedTimeout,
  failureCode,
  type GatewayOptions,
  isJsonObject,
  isNexusError,
  refusal,
  unreachable,
} from "./gateway.js";
import type { components, paths } from "./generated/api.js";
import { NO_STORE, withUrl } from "./http.js";

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
 * `error` is an error of Nexus. The client does not retry. It rejects with a {@link GatewayError} if the Gateway does not
 * respond, or if the response has no JSON of Nexus, for example because a proxy sent it.
 *
 * @throws TypeError if an option is invalid
 */
export function createNexusApi(options: GatewayOptions): NexusApi {
  const timeout = checkedTimeout(options.gatewayTimeout);
  const apiKey = checkedApiKey(options.apiKey);
  const api = create<paths>({
    baseUrl: checkedGatewayUrl(options.gatewayUrl),
    headers: { "X-API-Key": apiKey },
    // A redirect would send the API key to another host.
    redirect: "manual",
    fetch: (request) => send(request, timeout),
  });
  api.use({
    async onResponse({ schemaPath, response }) {
      // The routes of the hosted page respond with HTML and redirects.
      if (schemaPath.startsWith("/v1/")) {
        await requireNexusResponse(response, apiKey);
      }
    },
  });
  return api;
}

async function requireNexusResponse(response: Response, apiKey: string): Promise<void> {
  const body = await response.clone().text();
  if (!response.ok && !isNexusError(body)) {
    throw refusal(response, body, apiKey);
  }
  if (response.ok && response.status !== 204 && !isJsonObject(body)) {
    throw unreachable("The Gateway's response is not JSON. Check that gatewayUrl is the Gateway's address.");
  }
}

async function send(request: Request, timeout: number): Promise<Response> {
  const limit = AbortSignal.timeout(timeout);
  try {
    const answer = await fetch(request, { ...NO_STORE, signal: AbortSignal.any([request.signal, limit]) });
    // The query can contain a state token.
    const [url = ""] = answer.url.split("?", 1);
    return withUrl(answer, url, request, await answer.arrayBuffer());
  } catch (error) {
    request.signal.throwIfAborted();
    throw unreachable(
      limit.aborted
        ? `The Gateway did not respond within ${timeout} ms. Retry later, or increase gatewayTimeout.`
        : `The Gateway cannot be reached (${failureCode(error)}). Check gatewayUrl and the network.`,
    );
  }
}
