// Uses the client with a running Nexus, see README.md.
import { createHash, createHmac, randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { Bridge, createNexusApi, ForbiddenHostError, type Schemas } from "../../src/index.js";
import { type Received, StubServer, text } from "../servers.js";

function variable(name: string): string {
  const value = process.env[name];
  if (!value) {
    throw new Error(`Set ${name}: run "set -a; . target/quickstart.env" in the root of the repository.`);
  }
  return value;
}

const GATEWAY = { gatewayUrl: variable("GATEWAY_URL"), apiKey: variable("API_KEY") };
const RETURN_URL = variable("RETURN_URL");

const api = createNexusApi(GATEWAY);
let provider: StubServer;

beforeEach(async () => {
  provider = await StubServer.start(text(200, "ok"));
});

type Credentials = Record<string, string>;

/** Returns the data of a response, or fails with the error of the Gateway. */
function dataOf<T>({ data, error }: { data?: T; error?: unknown }): T {
  if (data === undefined) {
    throw new Error(`The Gateway refused the call: ${JSON.stringify(error)}`);
  }
  return data;
}

async function register(
  strategy: Schemas["StrategyDefinition"],
  fields: string[],
  definition: Partial<Schemas["ProviderDefinition"]> = {},
): Promise<string> {
  const slug = `ts-${randomUUID()}`;
  const properties = Object.fromEntries(fields.map((field) => [field, { type: "string" }]));
  dataOf(
    await api.PUT("/v1/providers/{id}", {
      params: { path: { id: slug } },
      body: {
        name: slug,
        auth_type: "api_key",
        credential_schema: { type: "object", required: fields, properties },
        strategy,
        ...definition,
      },
    }),
  );
  return slug;
}

/** Begins a connection, captures the credential and returns the id of the connection. */
async function capture(slug: string, credentials: Credentials): Promise<string> {
  const begun = dataOf(
    await api.POST("/v1/request-connection", {
      body: { workspace_id: slug, provider_id: slug, return_url: RETURN_URL },
    }),
  );
  const state = new URL(begun.auth_url).searchParams.get("state") ?? "";
  const captured = dataOf(await api.POST("/v1/capture-credential", { body: { state, credentials } }));
  expect(captured.status).toBe("success");
  return begun.connection_id;
}

const BODY = '{"amount":1.10}';
const PAIR = Buffer.from("ada:s3cr3t é").toString("base64");

const CASES: [Schemas["StrategyDefinition"], Credentials, (sent: Received) => void][] = [
  [
    { type: "header", config: { header_name: "X-Api-Key" } },
    { api_key: "key" },
    ({ headers }) => expect(headers["x-api-key"]).toBe("key"),
  ],
  [
    { type: "query_param", config: { param_name: "key" } },
    { api_key: "a+b c" },
    ({ url }) => expect(url).toBe("/v1/orders?a=1&key=a%2Bb%20c"),
  ],
  [
    { type: "basic_auth" },
    { username: "ada", password: "s3cr3t é" },
    ({ headers }) => expect(headers.authorization).toBe(`Basic ${PAIR}`),
  ],
  [
    { type: "body_field", config: { field_name: "key" } },
    { api_key: "é" },
    ({ body }) => expect(body).toBe('{"amount":1.10,"key":"é"}'),
  ],
  [
    { type: "path_segment", config: { segment_prefix: "bot" } },
    { api_key: "1:a/b" },
    ({ url }) => expect(url).toBe("/bot1%3Aa%2Fb/v1/orders?a=1"),
  ],
  [
    { type: "hmac_payload", config: { header_name: "X-Sign", canonical_template: "{method}{path_and_query}{body}" } },
    { api_secret: "secret" },
    ({ headers, url, body }) =>
      expect(headers["x-sign"]).toBe(createHmac("sha256", "secret").update(`POST${url}${body}`).digest("hex")),
  ],
  [
    { type: "aws_sigv4", config: { service: "execute-api" } },
    { access_key: "AKIDEXAMPLE", secret_key: "secret" },
    ({ headers, body }) => {
      expect(headers.authorization).toMatch(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/execute-api\//,
      );
      expect(headers["x-amz-content-sha256"]).toBe(createHash("sha256").update(body).digest("hex"));
    },
  ],
];

describe("a captured credential is sent", () => {
  test.each(CASES)("with $type", async (strategy, credentials, check) => {
    const id = await capture(await register(strategy, Object.keys(credentials)), credentials);

    const answer = await new Bridge(GATEWAY).connection(id).fetch(`${provider.url}/v1/orders?a=1`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: BODY,
    });

    expect(answer.status).toBe(200);
    expect(provider.received).toHaveLength(1);
    check(provider.received[0] as Received);
  });
});

test("an accepted successor is followed after a rotation", async () => {
  const slug = await register({ type: "header", config: { header_name: "X-Api-Key" } }, ["api_key"]);
  const id = await capture(slug, { api_key: "old" });
  const confirmed = new Set<string>();
  const connection = new Bridge({ ...GATEWAY, holdFor: 0, followSuccessors: (next) => confirmed.has(next) }).connection(
    id,
  );

  const successor = await capture(slug, { api_key: "new" });
  await connection.fetch(provider.url);
  confirmed.add(successor);
  await connection.fetch(provider.url);

  expect(provider.received.map(({ headers }) => headers["x-api-key"])).toEqual(["old", "new"]);
  expect(await connection.currentId()).toBe(successor);
});

test("another host than the provider's gets nothing", async () => {
  const strategy: Schemas["StrategyDefinition"] = { type: "header", config: { header_name: "X-Api-Key" } };
  const slug = await register(strategy, ["api_key"], { base_url: "https://api.acme-crm.example" });
  const id = await capture(slug, { api_key: "key" });

  await expect(new Bridge(GATEWAY).connection(id).fetch(provider.url)).rejects.toBeInstanceOf(ForbiddenHostError);

  expect(provider.received).toEqual([]);
});

test("a 503 of the Gateway is retried", async () => {
  const slug = await register({ type: "header", config: { header_name: "X-Api-Key" } }, ["api_key"]);
  const id = await capture(slug, { api_key: "key" });
  const proxy = await StubServer.start(async ({ url, headers }, response) => {
    const answer = await fetch(GATEWAY.gatewayUrl + url, { headers: { "X-API-Key": String(headers["x-api-key"]) } });
    response.writeHead(answer.status).end(await answer.text());
  });
  proxy.next.push(text(503, '{"error": "unavailable", "message": "busy"}', { "Retry-After": "1" }));

  await new Bridge({ ...GATEWAY, gatewayUrl: proxy.url }).connection(id).fetch(provider.url);

  expect(proxy.received).toHaveLength(2);
  expect(provider.received.map(({ headers }) => headers["x-api-key"])).toEqual(["key"]);
});
