// Begins a connection, captures a credential and uses it. See README.md.
import { Bridge, createNexusApi } from "@nexus/client";

/** Reads a required environment variable. */
function variable(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(`Set ${name}. See examples/minimal/README.md.`);
  }
  return value;
}

const gateway = { gatewayUrl: variable("GATEWAY_URL"), apiKey: variable("API_KEY") };
const api = createNexusApi(gateway);
const bridge = new Bridge(gateway);

// 1. Begin. Your application knows its user, and stores connection_id.
const begun = await api.POST("/v1/request-connection", {
  body: { workspace_id: "user_abc", provider_id: "api-key", return_url: variable("RETURN_URL") },
});
if (begun.error) {
  throw new Error(`Begin: ${begun.error.message}`);
}
const { connection_id, auth_url } = begun.data;

// 2. Capture. In your application the user types the credential into your form.
const captured = await api.POST("/v1/capture-credential", {
  body: {
    state: new URL(auth_url).searchParams.get("state") ?? "",
    credentials: { api_key: variable("CREDENTIAL") },
  },
});
if (captured.error) {
  throw new Error(`Capture: ${captured.error.message}`);
}

// 3. Use. The Bridge puts the credential into the request.
const answer = await bridge.connection(connection_id).fetch(variable("URL"), { signal: AbortSignal.timeout(10_000) });
console.log(answer.status, await answer.text());
