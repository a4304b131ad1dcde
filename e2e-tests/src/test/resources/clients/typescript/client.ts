// Calls the Gateway whose URL is the argument, and prints a line for each answer.
// The comparisons with "future_value" compile only if the document leaves the sets of values open.
import createClient from "openapi-fetch";
import type { components, paths } from "./nexus.js";

const id = "8f3a1c2d-5f1e-4c40-9d2b-3a5e6f708192";
const client = createClient<paths>({ baseUrl: process.argv[2], headers: { "X-API-Key": "example" } });

function print(operation: string, ...values: unknown[]): void {
  console.log([operation, ...values].join(" "));
}

function isKnown(status: components["schemas"]["ConnectionStatus"]): boolean {
  return status !== "future_value";
}

const captured = await client.POST("/v1/capture-credential", {
  body: { state: "example", credentials: { api_key: "example" } },
});
print("captureCredential", captured.data?.status);

const connection = await client.GET("/v1/check-connection/{id}", { params: { path: { id } } });
print("checkConnection", connection.data?.status, connection.data?.verification?.status);
if (connection.data === undefined || isKnown(connection.data.status)) {
  throw new Error("the status is not the unknown one");
}

const connections = await client.GET("/v1/connections", { params: { query: { status: "active" } } });
print("listConnections", connections.data?.connections[0]?.status);

const token = await client.GET("/v1/token/{id}", { params: { path: { id } } });
print("token", token.data?.strategy.type, token.data?.credentials.api_key);

const providers = await client.GET("/v1/providers");
print("listProviders", providers.data?.providers[0]?.auth_type, providers.data?.providers[0]?.scope);

const provider = await client.GET("/v1/providers/{id}", { params: { path: { id: "acme-crm" } } });
print("provider", provider.data?.strategy.type, provider.data?.verification?.when_unknown);

const webhook = await client.GET("/v1/webhook");
print("webhook", webhook.data?.status);

const events = await client.GET("/v1/audit-events");
print("auditEvents", events.data?.events[0]?.action, events.data?.events[0]?.outcome);

const revoked = await client.DELETE("/v1/connections/{id}", { params: { path: { id } } });
print("revokeConnection", revoked.response.status, revoked.error?.error);
