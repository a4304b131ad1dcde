import { beforeEach, describe, expect, test } from "vitest";
import {
  type Bridge,
  ForbiddenHostError,
  InapplicableCredentialError,
  OutgoingRequest,
  UnsupportedStrategyError,
} from "../src/index.js";
import { ID, Stubs } from "./servers.js";
import { bodyOf, requestOf, VECTORS, type Vector, type VectorRequest } from "./vectors.js";

/** Sends the request of a vector, or returns it with the credential. */
type Client = (bridge: Bridge, vector: Vector, wire: OutgoingRequest[]) => Promise<OutgoingRequest>;

const applied: Client = (bridge, { request }) => bridge.connection(ID).apply(requestOf(request));

const fetched: Client = async (bridge, { request: { method, url, headers, ...body } }, wire) => {
  const bytes = bodyOf({ method, url, headers, ...body });
  await bridge.connection(ID).fetch(url, {
    method,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
    ...(bytes.length > 0 ? { body: bytes } : {}),
  });
  const [sent] = wire;
  if (!sent) {
    throw new Error("fetch was not called");
  }
  return sent;
};

/** `fetch` sends no body with GET, and joins lines of the same name. */
function canFetch({ request, expected, repeated_lines }: Vector): boolean {
  const hasBody = bodyOf(request).length > 0 || (expected !== undefined && bodyOf(expected).length > 0);
  return !repeated_lines && !(hasBody && /^(?:GET|HEAD)$/.test(request.method));
}

let stubs: Stubs;

beforeEach(async () => {
  stubs = await Stubs.start();
});

/** Passes if the client sends exactly the expected request, or fails with the expected error and sends nothing. */
async function check(vector: Vector, client: Client): Promise<void> {
  const { strategy, credentials, allowed_hosts, expected, error } = vector;
  stubs.tokens.set(ID, { strategy, credentials, ...(allowed_hosts ? { allowed_hosts } : {}) });
  const wire: OutgoingRequest[] = [];
  const bridge = stubs.bridge({
    clock: () => new Date(vector.time),
    fetch: async (input, init) => {
      const request = new Request(input, init);
      const body = new Uint8Array(await request.arrayBuffer());
      wire.push(new OutgoingRequest(request.method, request.url, [...request.headers], body));
      return new Response();
    },
  });
  let sent: OutgoingRequest;
  try {
    sent = await client(bridge, vector, wire);
  } catch (failure) {
    expect(codeOf(failure)).toEqual(error);
    expect(wire).toEqual([]);
    return;
  }
  expect(error).toBeUndefined();
  const lines = client === applied;
  expect(comparable(sent, lines)).toEqual(comparable(requestOf(expected as VectorRequest), lines));
}

function codeOf(failure: unknown): unknown {
  if (failure instanceof InapplicableCredentialError) {
    return { code: "inapplicable_credential", field: failure.field, rule: failure.rule };
  }
  if (failure instanceof ForbiddenHostError) {
    return { code: "forbidden_host" };
  }
  if (failure instanceof UnsupportedStrategyError) {
    return { code: "unsupported_strategy" };
  }
  throw failure;
}

function comparable({ method, url, headers, body }: OutgoingRequest, lines: boolean): unknown {
  const values: Record<string, string[]> = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    values[key] = [...(values[key] ?? []), value];
  }
  return {
    method,
    url: url.replace(/^[^/]+\/\/[^/?]+/, (origin) => origin.toLowerCase()),
    headers: lines ? values : Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.join(", ")])),
    body: Buffer.from(body).toString("base64"),
  };
}

test("there are vectors of all strategies", () => {
  const types = new Set(VECTORS.map(({ strategy }) => (strategy as { type?: unknown }).type));

  expect(VECTORS.length).toBeGreaterThanOrEqual(150);
  expect([...types]).toEqual(
    expect.arrayContaining([
      "header",
      "query_param",
      "basic_auth",
      "body_field",
      "path_segment",
      "hmac_payload",
      "aws_sigv4",
    ]),
  );
});

describe("apply", () => {
  test.each(VECTORS)("$name", (vector) => check(vector, applied));
});

describe("fetch", () => {
  test.each(VECTORS.filter(canFetch))("$name", (vector) => check(vector, fetched));
});

describe("a wrong vector fails", () => {
  const sound = VECTORS.find(({ expected }) => expected && expected.headers.length > 0) as Vector;
  const refused = VECTORS.find(({ error }) => error?.rule) as Vector;

  function wrong(changes: Partial<VectorRequest>): Vector {
    return { ...sound, expected: { ...(sound.expected as VectorRequest), ...changes } };
  }

  const { expected, ...withoutExpected } = sound;
  const cases: [string, Vector][] = [
    ["the method", wrong({ method: "BREW" })],
    ["the URL", wrong({ url: `${expected?.url}x` })],
    ["the value of a header", wrong({ headers: expected?.headers.map(([name, value]) => [name, `${value}x`]) ?? [] })],
    ["a missing header", wrong({ headers: expected?.headers.slice(1) ?? [] })],
    ["a further header", wrong({ headers: [...(expected?.headers ?? []), ["X-Further", "1"]] })],
    ["the body", wrong({ body: "another body" })],
    ["an error in place of a request", { ...withoutExpected, error: { code: "forbidden_host" } }],
    ["another rule", { ...refused, error: { ...refused.error, code: "inapplicable_credential", rule: "hex" } }],
    ["another error", { ...refused, error: { code: "unsupported_strategy" } }],
  ];

  test.each(cases)("%s", async (_, vector) => {
    await expect(check(sound, applied)).resolves.toBeUndefined();

    await expect(check(vector, applied)).rejects.toThrow();
    await expect(check(vector, fetched)).rejects.toThrow();
  });
});

test.each([
  ["/a/b/..", "/a"],
  ["/a/.", "/a"],
  ["/a/b/../", "/a/"],
  ["/..", "/"],
])("AWS: the path %s is signed as %s, as botocore signs it", async (path, canonical) => {
  const strategy = { type: "aws_sigv4", config: { service: "execute-api" } };
  stubs.tokens.set(ID, { strategy, credentials: { access_key: "AKID", secret_key: "secret" } });
  const connection = stubs.bridge({ clock: () => new Date(0) }).connection(ID);
  const sign = (url: string) => connection.apply(new OutgoingRequest("GET", url));

  const sent = await sign(`https://api.example.com${path}`);

  expect(sent.header("Authorization")).toBe(
    (await sign(`https://api.example.com${canonical}`)).header("Authorization"),
  );
});
