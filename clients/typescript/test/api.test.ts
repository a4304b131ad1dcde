import { beforeEach, expect, expectTypeOf, test } from "vitest";
import { createNexusApi, GatewayError, type NexusApi, type Schemas } from "../src/index.js";
import { API_KEY, ID, json, StubServer, text } from "./servers.js";

let gateway: StubServer;
let api: NexusApi;

beforeEach(async () => {
  gateway = await StubServer.start(json(500, {}));
  api = createNexusApi({ gatewayUrl: `${gateway.url}/`, apiKey: API_KEY });
});

test("a request has the API key and a typed body", async () => {
  gateway.otherwise = json(200, { connection_id: ID, auth_url: "https://nexus.example.com/auth?state=s" });

  const { data } = await api.POST("/v1/request-connection", {
    body: { workspace_id: "user_abc", provider_id: "github", return_url: "https://your-app.com/callback" },
  });

  expectTypeOf(data?.connection_id).toEqualTypeOf<string | undefined>();
  expect(data?.connection_id).toBe(ID);
  expect(gateway.received).toMatchObject([
    {
      method: "POST",
      url: "/v1/request-connection",
      headers: { "x-api-key": API_KEY, "content-type": "application/json" },
      body: expect.stringContaining('"workspace_id":"user_abc"'),
    },
  ]);
});

test("an error has its code", async () => {
  gateway.otherwise = json(404, { error: "connection_not_found", message: "no such connection" });

  const { data, error, response } = await api.GET("/v1/check-connection/{id}", { params: { path: { id: ID } } });

  expect([data, error?.error, response.status]).toEqual([undefined, "connection_not_found", 404]);
});

test("values that a later version adds have a type", () => {
  const isKnown = (status: Schemas["ConnectionStatus"]) => status !== "future_value";

  expect(isKnown("future_value")).toBe(false);
});

test("a redirect is not followed", async () => {
  const other = await StubServer.start(json(200, {}));
  gateway.otherwise = text(307, "", { Location: other.url });

  await expect(api.GET("/v1/connections")).rejects.toMatchObject({ status: 307, code: "unexpected_answer" });

  expect(other.received).toEqual([]);
});

const HTML = "<html>canary</html>";

test.each([
  ["HTML of a proxy", text(502, HTML), 502, "unexpected_answer", /status 502, and the body is not JSON\. Check/],
  ["no body and the status 400", text(400, ""), 400, "unexpected_answer", /status 400, and the body is not JSON/],
  ["no body and the status 502", text(502, ""), 502, "unexpected_answer", /status 502, and the body is not JSON/],
  ["a redirect", text(302, "", { Location: "/login" }), 302, "unexpected_answer", /status 302/],
  ["JSON of a firewall", json(403, { message: "waf" }), 403, "unexpected_answer", /^waf$/],
  ["JSON null", json(500, null), 500, "unexpected_answer", /status 500$/],
  ["HTML and the status 200", text(200, HTML), 0, "unreachable", /is not JSON\. Check that gatewayUrl/],
  ["no body and the status 200", text(200, ""), 0, "unreachable", /is not JSON\. Check that gatewayUrl/],
  ["a JSON list", json(200, []), 0, "unreachable", /is not JSON\. Check that gatewayUrl/],
] as const)("%s is a GatewayError", async (_, answer, status, code, message) => {
  gateway.otherwise = answer;

  const failure: unknown = await api.POST("/v1/check-connection/{id}/verify", { params: { path: { id: ID } } }).then(
    () => undefined,
    (error: unknown) => error,
  );

  expect(failure).toBeInstanceOf(GatewayError);
  expect(failure).toMatchObject({ status, code, message: expect.stringMatching(message) });
  expect(String(failure)).not.toMatch(/canary/);
});

test("a GatewayError has the id of the request and the delay", async () => {
  gateway.otherwise = text(503, "", { "X-Request-Id": "r-1", "Retry-After": "7" });

  await expect(api.GET("/v1/connections")).rejects.toMatchObject({
    requestId: "r-1",
    retryAfter: 7,
    message: expect.stringMatching(/\(request r-1\)$/),
  });
});

test("a success without a body has no error", async () => {
  gateway.otherwise = text(204, "");

  const { error, response } = await api.DELETE("/v1/connections/{id}", { params: { path: { id: ID } } });

  expect([error, response.status]).toEqual([undefined, 204]);
});

test("a Gateway that does not respond in time is an error", async () => {
  gateway.otherwise = () => undefined;
  const impatient = createNexusApi({ gatewayUrl: gateway.url, apiKey: API_KEY, gatewayTimeout: 50 });

  await expect(impatient.GET("/v1/connections")).rejects.toThrow(/did not respond within 50 ms/);
});

test("a Gateway that does not finish its response in time is an error", async () => {
  gateway.otherwise = (_, response) => {
    response.writeHead(200, { "Content-Type": "application/json" }).write("{");
  };
  const impatient = createNexusApi({ gatewayUrl: gateway.url, apiKey: API_KEY, gatewayTimeout: 50 });

  await expect(impatient.GET("/v1/connections")).rejects.toThrow(/did not respond within 50 ms/);
});

test("an abort keeps its reason", async () => {
  gateway.otherwise = () => undefined;

  const sent = api.GET("/v1/connections", { signal: AbortSignal.abort(new Error("no longer needed")) });

  await expect(sent).rejects.toThrow("no longer needed");
});

test("invalid options are refused", () => {
  expect(() => createNexusApi({ gatewayUrl: "http://nexus.example.com", apiKey: API_KEY })).toThrow(TypeError);
  expect(() => createNexusApi({ gatewayUrl: gateway.url, apiKey: "a key" })).toThrow(TypeError);
});
