import { inspect } from "node:util";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { BridgeError, createNexusApi, OutgoingRequest } from "../src/index.js";
import { API_KEY, ID, json, Stubs, text, token } from "./servers.js";

/** Short and long, with characters that an encoding changes. */
const SECRET = "s3cr3t/of+the=user";
const FORMS = [SECRET, encodeURIComponent(SECRET), Buffer.from(SECRET).toString("base64").slice(0, 20), API_KEY];

const STRATEGIES = [
  { type: "header", config: {} },
  { type: "query_param", config: { param_name: "key" } },
  { type: "basic_auth", config: { username_template: "{api_key}" } },
  { type: "body_field", config: { field_name: "key" } },
  { type: "path_segment", config: {} },
];

let stubs: Stubs;

beforeEach(async () => {
  stubs = await Stubs.start();
});

/** Everything that printing a value shows. */
function printed(value: unknown): string {
  const lines = [
    String(value),
    JSON.stringify(value) ?? "",
    inspect(value, { depth: 20, showHidden: true, getters: true }),
    inspect(value, { depth: 20, customInspect: false, showHidden: true }),
  ];
  return value instanceof Error ? [...lines, value.stack ?? "", inspect(value.cause)].join("\n") : lines.join("\n");
}

function expectNoSecret(value: unknown): void {
  const text = printed(value);
  for (const form of FORMS) {
    expect(text).not.toContain(form);
  }
}

test("the check finds a secret", () => {
  expect(() => expectNoSecret({ nested: [{ key: SECRET }] })).toThrow();
  expect(() => expectNoSecret(new Error("failed", { cause: new Error(API_KEY) }))).toThrow();
  expect(() => expectNoSecret(new Response(null, { headers: { key: SECRET } }))).toThrow();
});

describe.each(STRATEGIES)("with $type", (strategy) => {
  beforeEach(() => {
    stubs.tokens.set(ID, token("", { strategy, credentials: { api_key: SECRET } }));
  });

  test("no object shows a secret", async () => {
    const bridge = stubs.bridge();
    const connection = bridge.connection(ID);
    const answer = await connection.fetch(stubs.provider.url, { method: "POST", body: "{}" });
    const ready = await connection.apply(new OutgoingRequest("POST", stubs.provider.url));

    expect(FORMS.some((form) => JSON.stringify(stubs.provider.received).includes(form))).toBe(true);
    for (const value of [bridge, connection, answer, answer.clone(), ready, { bridge, ready }]) {
      expectNoSecret(value);
    }
  });

  test("no error shows a secret", async () => {
    const { url } = stubs.provider;
    const connection = stubs.bridge().connection(ID);
    stubs.provider.next.push((_, response) => {
      response.destroy();
    });
    const failing = stubs.bridge({
      fetch: (input, init) => Promise.reject(new Error(`${String(input)} ${inspect(init, { depth: 9 })}`)),
    });

    for (const send of [
      () => connection.fetch(url, { method: "POST" }),
      () => failing.connection(ID).fetch(url, { method: "POST" }),
      () => connection.fetch("https://evil.example/", { method: "POST" }),
      () => connection.fetch(`${url}/${encodeURIComponent(SECRET)}`, { headers: { "X-Own": `${SECRET}\n\0` } }),
      () => connection.fetch(`https://user:${encodeURIComponent(SECRET)}@evil.example/`),
      () => connection.fetch(`//${SECRET}`),
    ]) {
      const error = await send().catch((failure: unknown) => failure);
      expect(error).toBeInstanceOf(BridgeError);
      expectNoSecret(error);
    }
  });
});

test("a credential that does not fit is an error without its value", async () => {
  stubs.tokens.set(ID, token(`${SECRET}\n`));

  const error = await stubs
    .bridge()
    .connection(ID)
    .fetch(stubs.provider.url)
    .catch((failure: unknown) => failure);

  expect(error).toMatchObject({ name: "InapplicableCredentialError", field: "api_key", rule: "lineBreak" });
  expectNoSecret(error);
});

test.each([
  ["a token that is not complete", text(200, JSON.stringify({ credentials: { api_key: SECRET } }))],
  ["a token that is not JSON", text(200, `{"credentials": {"api_key": "${SECRET}"`)],
  ["an error that quotes the API key", json(403, { error: API_KEY, message: `key ${API_KEY}` })],
])("%s is an error without a secret", async (_, answer) => {
  stubs.gateway.otherwise = answer;

  expectNoSecret(
    await stubs
      .bridge({ retries: 0 })
      .connection(ID)
      .fetch(stubs.provider.url)
      .catch((error: unknown) => error),
  );
});

test("the API client shows neither the API key nor a state", async () => {
  const api = createNexusApi({ gatewayUrl: stubs.gateway.url, apiKey: API_KEY });
  stubs.gateway.otherwise = json(200, {});

  const { response } = await api.GET("/v1/capture-schema", { params: { query: { state: SECRET } } });
  await stubs.gateway.stop();
  const error = await api
    .GET("/v1/capture-schema", { params: { query: { state: SECRET } } })
    .catch((failure: unknown) => failure);

  expect(response.url).toBe(`${stubs.gateway.url}/v1/capture-schema`);
  expectNoSecret(api);
  expectNoSecret(response);
  expect(error).toMatchObject({ name: "GatewayError", status: 0 });
  expectNoSecret(error);
});

test("no response is stored, even by a fetch with a cache such as that of Next.js", async () => {
  stubs.tokens.set(ID, token(SECRET));
  const api = createNexusApi({ gatewayUrl: stubs.gateway.url, apiKey: API_KEY });
  const fetched = vi.spyOn(globalThis, "fetch");

  await stubs.bridge().connection(ID).fetch(stubs.provider.url);
  await api.GET("/v1/token/{id}", { params: { path: { id: ID } } });

  const modes = fetched.mock.calls.map(([, init]) => (init as { cache?: string })?.cache);
  fetched.mockRestore();
  expect(modes).toEqual(["no-store", "no-store", "no-store"]);
});

test.each([`{"credentials": {"api_key": "${SECRET}"`, `"${SECRET}" <`, `${SECRET}`])(
  "the API client does not quote a response that is not JSON: %s",
  async (body) => {
    const api = createNexusApi({ gatewayUrl: stubs.gateway.url, apiKey: API_KEY });
    stubs.gateway.otherwise = text(200, body, { "Content-Type": "application/json" });

    const error = await api
      .GET("/v1/token/{id}", { params: { path: { id: ID } } })
      .catch((failure: unknown) => failure);

    expect(error).toMatchObject({ name: "GatewayError", status: 0 });
    expectNoSecret(error);
  },
);
