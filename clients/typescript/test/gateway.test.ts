import { beforeEach, expect, test, vi } from "vitest";
import { GatewayError } from "../src/index.js";
import { API_KEY, ID, json, StubServer, Stubs, text, token } from "./servers.js";

let stubs: Stubs;

beforeEach(async () => {
  stubs = await Stubs.start();
  stubs.tokens.set(ID, token("first"));
});

const UNAVAILABLE = { error: "unavailable", message: "Try again later" };

test("the Gateway gets the API key", async () => {
  await stubs.bridge().connection(ID).fetch(stubs.provider.url);

  expect(stubs.gateway.received).toMatchObject([
    { method: "GET", url: `/v1/token/${ID}`, headers: { "x-api-key": API_KEY } },
  ]);
});

test("the Gateway's address can have a path", async () => {
  stubs.gateway.next.push(json(200, token("first")));

  await stubs
    .bridge({ gatewayUrl: `${stubs.gateway.url}/nexus/` })
    .connection(ID)
    .fetch(stubs.provider.url);

  expect(stubs.gateway.received).toMatchObject([{ url: `/nexus/v1/token/${ID}` }]);
});

test("a 503 is retried after its Retry-After", async () => {
  stubs.gateway.next.push(json(503, UNAVAILABLE, { "Retry-After": "1" }));
  const begin = performance.now();

  const answer = await stubs.bridge().connection(ID).fetch(stubs.provider.url);

  expect(answer.status).toBe(200);
  expect(performance.now() - begin).toBeGreaterThanOrEqual(990);
  expect(stubs.gateway.received).toHaveLength(2);
});

test.each([
  ["429", json(429, { error: "rate_limited", message: "Too many" })],
  ["503", json(503, UNAVAILABLE)],
  ["a response that is not a token", json(200, {})],
  ["a response that is not JSON", text(200, "<html>")],
  ["a closed connection", (_: unknown, response: { destroy(): unknown }) => void response.destroy()],
])("%s is retried", async (_, answer) => {
  stubs.gateway.next.push(answer);

  await stubs.bridge().connection(ID).fetch(stubs.provider.url);

  expect(stubs.gateway.received).toHaveLength(2);
});

test("an error has the id of the request", async () => {
  stubs.gateway.otherwise = json(404, { error: "connection_not_found", message: "Gone" }, { "X-Request-Id": "r-1" });

  await expect(stubs.bridge().connection(ID).fetch(stubs.provider.url)).rejects.toMatchObject({
    requestId: "r-1",
    message: "Gone (request r-1)",
  });
});

test.each(["", "a b", "x".repeat(65), "a/b?state=canary"])("the request id %j is ignored", async (received) => {
  stubs.gateway.otherwise = json(404, { error: "connection_not_found", message: "Gone" }, { "X-Request-Id": received });

  await expect(stubs.bridge().connection(ID).fetch(stubs.provider.url)).rejects.toMatchObject({
    requestId: undefined,
    message: "Gone",
  });
});

test.each([undefined, null, 5])("the id %s is refused by its name", (id) => {
  expect(() => stubs.bridge().connection(id as unknown as string)).toThrow(/connectionId must be a string/);
});

test("the retries are limited", async () => {
  stubs.gateway.otherwise = json(503, UNAVAILABLE);

  const sent = stubs.bridge({ retries: 2 }).connection(ID).fetch(stubs.provider.url);

  await expect(sent).rejects.toMatchObject({ status: 503, code: "unavailable", message: "Try again later" });
  expect(stubs.gateway.received).toHaveLength(3);
});

test("a Retry-After of more than three seconds is an immediate error", async () => {
  stubs.gateway.otherwise = json(503, UNAVAILABLE, { "Retry-After": "4" });

  const sent = stubs.bridge().connection(ID).fetch(stubs.provider.url);

  await expect(sent).rejects.toMatchObject({ status: 503, retryAfter: 4 });
  expect(stubs.gateway.received).toHaveLength(1);
});

test.each([
  [401, "unauthorized"],
  [403, "forbidden"],
  [404, "connection_not_found"],
  [409, "connection_not_active"],
  [500, "internal"],
])("%d is not retried", async (status, error) => {
  stubs.gateway.otherwise = json(status, { error, message: "a message" });

  const sent = stubs.bridge().connection(ID).fetch(stubs.provider.url);

  await expect(sent).rejects.toMatchObject({ name: "GatewayError", status, code: error, message: "a message" });
  await expect(sent).rejects.toBeInstanceOf(GatewayError);
  expect(stubs.gateway.received).toHaveLength(1);
});

test("a response without a code of Nexus is an unexpected answer", async () => {
  stubs.gateway.otherwise = text(404, "<html>");

  const sent = stubs.bridge().connection(ID).fetch(stubs.provider.url);

  await expect(sent).rejects.toMatchObject({ status: 404, code: "unexpected_answer" });
  await expect(sent).rejects.toThrow(/Check that gatewayUrl is the Gateway's address/);
});

test("an id that is not a UUID does not reach the Gateway", async () => {
  const sent = stubs.bridge().connection("../providers").fetch(stubs.provider.url);

  await expect(sent).rejects.toMatchObject({ status: 404, code: "connection_not_found" });
  expect(stubs.gateway.received).toEqual([]);
});

test("a redirect of the Gateway is not followed", async () => {
  const other = await StubServer.start(json(200, token("stolen")));
  stubs.gateway.otherwise = text(302, "", { Location: other.url });

  const sent = stubs.bridge().connection(ID).fetch(stubs.provider.url);

  await expect(sent).rejects.toMatchObject({ status: 302 });
  expect(other.received).toEqual([]);
});

test("a Gateway that does not respond in time is unreachable", async () => {
  stubs.gateway.otherwise = () => undefined;

  const sent = stubs.bridge({ gatewayTimeout: 50, retries: 0 }).connection(ID).fetch(stubs.provider.url);

  await expect(sent).rejects.toMatchObject({ status: 0, code: "unreachable" });
  await expect(sent).rejects.toThrow(/did not respond within 50 ms/);
});

test("a Gateway that does not finish its response in time is unreachable", async () => {
  stubs.gateway.otherwise = (_, response) => {
    response.writeHead(200).write("{");
  };

  const sent = stubs.bridge({ gatewayTimeout: 50, retries: 0 }).connection(ID).fetch(stubs.provider.url);

  await expect(sent).rejects.toThrow(/did not respond within 50 ms/);
});

test("a stopped Gateway is unreachable", async () => {
  await stubs.gateway.stop();

  const sent = stubs.bridge({ retries: 1 }).connection(ID).fetch(stubs.provider.url);

  await expect(sent).rejects.toMatchObject({ status: 0, code: "unreachable" });
  await expect(sent).rejects.toThrow(/ECONNREFUSED/);
});

test("an error of the Gateway does not show the API key or control characters", async () => {
  stubs.gateway.otherwise = json(400, { error: "invalid_request", message: `key ${API_KEY}\n${"x".repeat(1000)}` });

  const error = await stubs.bridge().connection(ID).fetch(stubs.provider.url).catch(String);

  expect(error).toContain("key *** xxx");
  expect(String(error).length).toBeLessThan(600);
});

test("an unknown strategy is an error that names the version", async () => {
  stubs.tokens.set(ID, token("first", { strategy: { type: "quantum" } }));

  const sent = stubs.bridge().connection(ID).fetch(stubs.provider.url);

  await expect(sent).rejects.toMatchObject({ name: "UnsupportedStrategyError" });
  await expect(sent).rejects.toThrow(/\/type: must be one of header, .*Use a newer version/);
  expect(stubs.gateway.received).toHaveLength(1);
});

test("an unknown member of a strategy is an error that names the member and the version", async () => {
  const config = { service: "sts", newer_field: "canary" };
  stubs.tokens.set(ID, token("first", { strategy: { type: "aws_sigv4", config } }));

  const error = await stubs.bridge().connection(ID).fetch(stubs.provider.url).catch(String);

  expect(error).toMatch(/^UnsupportedStrategyError: .*\/config\/newer_field: .*Use a newer version/);
  expect(error).not.toContain("canary");
  expect(stubs.provider.received).toHaveLength(0);
});

test("a failed fetch is no unhandled rejection", async () => {
  const unhandled = vi.fn();
  process.on("unhandledRejection", unhandled);
  stubs.gateway.otherwise = json(403, {});
  const aborted = new AbortController();

  const sent = stubs.bridge().connection(ID).fetch(stubs.provider.url, { signal: aborted.signal });
  aborted.abort();
  await expect(sent).rejects.toMatchObject({ name: "AbortError" });
  await vi.waitUntil(() => stubs.gateway.received.length <= 1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  process.off("unhandledRejection", unhandled);

  expect(unhandled).not.toHaveBeenCalled();
});
