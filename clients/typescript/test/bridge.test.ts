import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { BridgeError, ForbiddenHostError, OutgoingRequest, ProviderUnreachableError } from "../src/index.js";
import { ID, ID_2, json, StubServer, Stubs, text, token } from "./servers.js";

let stubs: Stubs;

beforeEach(async () => {
  stubs = await Stubs.start();
  stubs.tokens.set(ID, token("first"));
});

afterEach(() => {
  vi.useRealTimers();
});

/** A promise, and the function that fulfils it. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe("a request", () => {
  test("has the credential, its own headers and its body", async () => {
    const answer = await stubs
      .bridge()
      .connection(ID)
      .fetch(`${stubs.provider.url}/items?a=1`, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Own": "1" },
        body: '{"name":"é"}',
      });

    expect(await answer.text()).toBe("ok");
    expect(stubs.provider.received).toMatchObject([
      {
        method: "POST",
        url: "/items?a=1",
        headers: { authorization: "Bearer first", "content-type": "application/json", "x-own": "1" },
        body: '{"name":"é"}',
      },
    ]);
  });

  test("reaches the wire with the signature of its bytes", async () => {
    const config = { header_name: "X-Sign", canonical_template: "{method}\n{path_and_query}\n{host}\n{body}" };
    stubs.tokens.set(
      ID,
      token("", { strategy: { type: "hmac_payload", config }, credentials: { api_secret: "secret" } }),
    );

    await stubs.bridge().connection(ID).fetch(`${stubs.provider.url}/a/../b c?q=ü`, { method: "PUT", body: "é" });

    const { createHmac } = await import("node:crypto");
    const signed = "PUT\n/b%20c?q=%C3%BC\n127.0.0.1\né";
    expect(stubs.provider.received).toMatchObject([
      {
        url: "/b%20c?q=%C3%BC",
        headers: { "x-sign": createHmac("sha256", "secret").update(signed).digest("hex") },
      },
    ]);
  });

  test("can be a Request, a URL, a form or a stream", async () => {
    const connection = stubs.bridge().connection(ID);
    const form = new FormData();
    form.set("name", "value");
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(Buffer.from("a"));
        controller.enqueue(Buffer.from("b"));
        controller.close();
      },
    });

    await connection.fetch(new Request(`${stubs.provider.url}/request`, { method: "POST", body: "text" }));
    await connection.fetch(new URL(`${stubs.provider.url}/url`));
    await connection.fetch(`${stubs.provider.url}/form`, { method: "POST", body: form });
    await connection.fetch(`${stubs.provider.url}/pairs`, { method: "POST", body: new URLSearchParams({ a: "b c" }) });
    await connection.fetch(`${stubs.provider.url}/stream`, { method: "POST", body: stream, duplex: "half" });

    expect(stubs.provider.received).toMatchObject([
      { url: "/request", method: "POST", body: "text" },
      { url: "/url", method: "GET", body: "" },
      { url: "/form", body: expect.stringContaining('name="name"\r\n\r\nvalue') },
      { url: "/pairs", body: "a=b+c" },
      { url: "/stream", body: "ab" },
    ]);
    expect(stubs.provider.received[2]?.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
    expect(stubs.sent).toEqual(Array(5).fill("Bearer first"));
  });

  test("can be sent by a library that accepts a fetch", async () => {
    const { fetch } = stubs.bridge().connection(ID);

    await fetch(stubs.provider.url);

    expect(stubs.sent).toEqual(["Bearer first"]);
  });

  test("with a text gets the content type of the strategy", async () => {
    const config = { field_name: "key" };
    stubs.tokens.set(ID, token("first", { strategy: { type: "body_field", config } }));

    await stubs.bridge().connection(ID).fetch(stubs.provider.url, { method: "POST", body: '{"n":1.10}' });

    expect(stubs.provider.received).toMatchObject([
      { body: '{"n":1.10,"key":"first"}', headers: { "content-type": "application/json", "content-length": "24" } },
    ]);
  });

  test("gets the new length after the strategy has changed the body", async () => {
    stubs.tokens.set(ID, token("first", { strategy: { type: "body_field", config: { field_name: "key" } } }));

    await stubs
      .bridge()
      .connection(ID)
      .fetch(stubs.provider.url, { method: "POST", body: "{}", headers: { "Content-Length": "2" } });

    expect(stubs.provider.received).toMatchObject([{ headers: { "content-length": "15" } }]);
  });

  test("without a body and with a strategy for the body is refused for GET", async () => {
    stubs.tokens.set(ID, token("first", { strategy: { type: "body_field", config: { field_name: "key" } } }));

    await expect(stubs.bridge().connection(ID).fetch(stubs.provider.url)).rejects.toThrow(
      /cannot send a body with GET/,
    );
  });

  test("of more than 8 MiB is refused", async () => {
    const connection = stubs.bridge().connection(ID);
    const longest = Buffer.alloc(8 * 1024 * 1024);

    await connection.fetch(stubs.provider.url, { method: "POST", body: longest });
    const refused = connection.fetch(stubs.provider.url, { method: "POST", body: Buffer.alloc(longest.length + 1) });

    await expect(refused).rejects.toThrow(/larger than 8 MiB/);
    expect(stubs.provider.received).toHaveLength(1);
  });

  test("can be prepared for another HTTP client", async () => {
    const ready = await stubs
      .bridge()
      .connection(ID)
      .apply(new OutgoingRequest("GET", "https://127.0.0.1/x", [["X-Own", "1"]]));

    expect([ready.method, ready.url, ready.headers]).toEqual([
      "GET",
      "https://127.0.0.1/x",
      [
        ["X-Own", "1"],
        ["Authorization", "Bearer first"],
      ],
    ]);
  });
});

describe("the cache", () => {
  test("answers requests within its time", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const connection = stubs.bridge({ holdFor: 1000 }).connection(ID);

    await connection.fetch(stubs.provider.url);
    vi.advanceTimersByTime(999);
    await connection.fetch(stubs.provider.url);
    expect(stubs.gateway.received).toHaveLength(1);
    vi.advanceTimersByTime(1);
    await connection.fetch(stubs.provider.url);

    expect(stubs.gateway.received).toHaveLength(2);
  });

  test("can be switched off", async () => {
    const connection = stubs.bridge({ holdFor: 0 }).connection(ID);

    await connection.fetch(stubs.provider.url);
    await connection.fetch(stubs.provider.url);

    expect(stubs.gateway.received).toHaveLength(2);
  });

  test("has at most the given number of credentials", async () => {
    stubs.tokens.set(ID_2, token("second"));
    const bridge = stubs.bridge({ holdAtMost: 1 });

    await bridge.connection(ID).fetch(stubs.provider.url);
    await bridge.connection(ID_2).fetch(stubs.provider.url);
    await bridge.connection(ID_2).fetch(stubs.provider.url);
    await bridge.connection(ID).fetch(stubs.provider.url);

    expect(stubs.gateway.received.map(({ url }) => url)).toEqual([ID, ID_2, ID].map((id) => `/v1/token/${id}`));
    expect(stubs.sent).toEqual(["Bearer first", "Bearer second", "Bearer second", "Bearer first"]);
  });

  test("ignores the case of an id", async () => {
    const bridge = stubs.bridge();
    await bridge.connection(ID).fetch(stubs.provider.url);
    await bridge.connection(ID.toUpperCase()).fetch(stubs.provider.url);
    expect(stubs.gateway.received).toHaveLength(1);

    bridge.connection(ID.toUpperCase()).forget();
    await bridge.connection(ID).fetch(stubs.provider.url);

    expect(stubs.gateway.received).toHaveLength(2);
  });

  test("fetches a credential once for concurrent requests", async () => {
    const connection = stubs.bridge().connection(ID);

    await Promise.all(Array.from({ length: 20 }, () => connection.fetch(stubs.provider.url)));

    expect(stubs.gateway.received).toHaveLength(1);
    expect(stubs.sent).toEqual(Array(20).fill("Bearer first"));
  });

  test("does not delay a connection by the fetch of another one", async () => {
    const { opened, open } = gate();
    stubs.tokens.set(ID_2, token("second"));
    stubs.gateway.next.push(async (request, response) => {
      await opened;
      await json(200, token("slow"))(request, response);
    });
    const bridge = stubs.bridge();

    const slow = bridge.connection(ID).fetch(stubs.provider.url);
    await vi.waitUntil(() => stubs.gateway.received.length === 1);
    await bridge.connection(ID_2).fetch(stubs.provider.url);
    expect(stubs.sent).toEqual(["Bearer second"]);
    open();
    await slow;

    expect(stubs.sent).toEqual(["Bearer second", "Bearer slow"]);
  });

  test("does not keep a failure", async () => {
    stubs.gateway.next.push(json(403, { error: "forbidden", message: "no scope" }));
    const connection = stubs.bridge().connection(ID);

    await expect(connection.fetch(stubs.provider.url)).rejects.toThrow("no scope");
    await connection.fetch(stubs.provider.url);

    expect(stubs.sent).toEqual(["Bearer first"]);
  });

  test("forgets a connection, also during its fetch", async () => {
    const { opened, open } = gate();
    stubs.gateway.next.push(async (request, response) => {
      await opened;
      await json(200, token("revoked"))(request, response);
    });
    const connection = stubs.bridge().connection(ID);

    const before = connection.fetch(stubs.provider.url);
    await vi.waitUntil(() => stubs.gateway.received.length === 1);
    connection.forget();
    open();
    await before;
    await connection.fetch(stubs.provider.url);

    expect(stubs.sent).toEqual(["Bearer revoked", "Bearer first"]);
  });

  test("is empty after close", async () => {
    const bridge = stubs.bridge();

    await bridge.connection(ID).fetch(stubs.provider.url);
    bridge.close();
    await bridge.connection(ID).fetch(stubs.provider.url);

    expect(stubs.gateway.received).toHaveLength(2);
  });
});

describe("a 401 of the provider", () => {
  test("renews the credential and repeats the request once", async () => {
    const connection = stubs.bridge().connection(ID);
    await connection.fetch(stubs.provider.url);
    stubs.tokens.set(ID, token("renewed"));
    stubs.provider.next.push(text(401, "expired"));

    const answer = await connection.fetch(stubs.provider.url, { method: "POST", body: "text" });

    expect([answer.status, await answer.text()]).toEqual([200, "ok"]);
    expect(stubs.sent).toEqual(["Bearer first", "Bearer first", "Bearer renewed"]);
    expect(stubs.provider.received.map(({ body }) => body)).toEqual(["", "text", "text"]);
  });

  test("is the response if the renewed credential is refused too", async () => {
    stubs.provider.otherwise = text(401, "refused");

    const answer = await stubs.bridge().connection(ID).fetch(stubs.provider.url);

    expect([answer.status, await answer.text()]).toEqual([401, "refused"]);
    expect(stubs.sent).toHaveLength(2);
    expect(stubs.gateway.received).toHaveLength(2);
  });

  test("renews the credential once for concurrent requests", async () => {
    const connection = stubs.bridge().connection(ID);
    await connection.fetch(stubs.provider.url);
    stubs.tokens.set(ID, token("renewed"));
    stubs.provider.otherwise = ({ headers }, response) => {
      response.writeHead(headers.authorization === "Bearer renewed" ? 200 : 401).end();
    };

    const answers = await Promise.all(Array.from({ length: 10 }, () => connection.fetch(stubs.provider.url)));

    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(stubs.gateway.received).toHaveLength(2);
  });
});

describe("the Bridge refuses", () => {
  test.each([
    ["another host", "https://evil.example/", /Send the request to one of: 127\.0\.0\.1/],
    ["http", "http://api.example.org/", /must use https/],
    ["another scheme", "ftp://127.0.0.1/", /absolute https URL/],
    ["user info", "https://127.0.0.1@evil.example/", /user info/],
    ["a backslash that hides the host", "https://evil.example\\@127.0.0.1/", /host/],
  ])("%s", async (_, url, message) => {
    const sent = vi.fn();

    await expect(stubs.bridge({ fetch: sent }).connection(ID).fetch(url)).rejects.toThrow(message);

    expect(sent).not.toHaveBeenCalled();
  });

  test("a URL that HTTP clients read differently", async () => {
    const url = "https://127.0.0.1\\.evil.example/";

    const applied = stubs.bridge().connection(ID).apply(new OutgoingRequest("GET", url));

    await expect(applied).rejects.toBeInstanceOf(ForbiddenHostError);
  });

  test("the header Host", async () => {
    const { url } = stubs.provider;
    const connection = stubs.bridge().connection(ID);

    const sent = connection.fetch(url, { headers: { Host: "evil.example" } });
    const applied = connection.apply(new OutgoingRequest("GET", url, [["host", "evil.example"]]));

    await expect(sent).rejects.toThrow(/must not have the header Host/);
    await expect(applied).rejects.toThrow(/must not have the header Host/);
    expect(stubs.provider.received).toEqual([]);
  });

  test("to follow a redirect", async () => {
    const other = await StubServer.start(text(200, "stolen"));
    stubs.provider.otherwise = text(302, "", { Location: other.url });
    const connection = stubs.bridge().connection(ID);

    const answer = await connection.fetch(stubs.provider.url);
    const explicit = connection.fetch(stubs.provider.url, { redirect: "follow" });

    expect([answer.status, answer.headers.get("Location")]).toEqual([302, other.url]);
    await expect(explicit).rejects.toThrow(/follows no redirect/);
    expect(other.received).toEqual([]);
  });

  test.each([302, 303, 307, 308])("a redirect with the status %d, if the caller asks for an error", async (status) => {
    stubs.provider.otherwise = text(status, "", { Location: "/other?key=canary" });
    const connection = stubs.bridge().connection(ID);

    const sent = connection.fetch(stubs.provider.url, { redirect: "error" });

    await expect(sent).rejects.toThrow(BridgeError);
    await expect(sent).rejects.toThrow(/^The provider answered with a redirect/);
    expect(stubs.provider.received).toHaveLength(1);
  });

  test("a body of a GET request, and says so", async () => {
    const connection = stubs.bridge().connection(ID);

    for (const method of [undefined, "get", "HEAD"]) {
      const sent = connection.fetch(stubs.provider.url, { ...(method ? { method } : {}), body: "canary" });
      await expect(sent).rejects.toThrow(/^A request with the method (?:GET|HEAD) cannot have a body\./);
    }
    expect(stubs.provider.received).toEqual([]);
  });

  test.each([
    [{ "X-Ok": "1", "X-Own": "canary€" }, /^The header X-Own is not valid\. /],
    [[["X-Own", "canary\n1"]] as [string, string][], /^The header X-Own is not valid\. /],
    [{ canaryé: "1" }, /^The name of a header is not valid\. /],
  ])("an invalid header by its name: %#", async (headers, message) => {
    const sent = stubs.bridge().connection(ID).fetch(stubs.provider.url, { headers });

    await expect(sent).rejects.toThrow(message);
    await expect(sent).rejects.not.toThrow(/canary/);
  });

  test.each([
    { method: "GET", url: "https://127.0.0.1/canary" },
    new Request("https://127.0.0.1/canary"),
    "https://127.0.0.1/canary",
    undefined,
  ])("to apply another object than an OutgoingRequest: %#", async (request) => {
    const applied = stubs
      .bridge()
      .connection(ID)
      .apply(request as unknown as OutgoingRequest);

    await expect(applied).rejects.toThrow(TypeError);
    await expect(applied).rejects.toThrow(/^request must be an OutgoingRequest\. /);
    await expect(applied).rejects.not.toThrow(/canary/);
  });

  test("a fetch that has followed a redirect", async () => {
    stubs.provider.otherwise = text(302, "", { Location: "/other" });
    stubs.provider.next.push(text(302, "", { Location: "/other" }), text(200, "followed"));
    const bridge = stubs.bridge({ fetch: (input, init) => fetch(input, { ...init, redirect: "follow" }) });

    await expect(bridge.connection(ID).fetch(stubs.provider.url)).rejects.toThrow(/has followed a redirect/);
  });

  test.each([
    ["an empty list", []],
    ["a text in place of a list", "127.0.0.1"],
    ["null", null],
    ["numbers", [127]],
    ["a URL as a host", ["https://127.0.0.1"]],
  ])("every host if allowed_hosts is %s", async (_, hosts) => {
    stubs.tokens.set(ID, token("first", { allowed_hosts: hosts }));

    await expect(stubs.bridge({ retries: 0 }).connection(ID).fetch(stubs.provider.url)).rejects.toThrow(BridgeError);

    expect(stubs.provider.received).toEqual([]);
  });

  test("options out of their range", () => {
    for (const options of [
      { holdFor: -1 },
      { holdFor: 3_600_001 },
      { holdAtMost: 0 },
      { retries: 11 },
      { gatewayTimeout: 0 },
      { apiKey: "key\n" },
      { gatewayUrl: "http://nexus.example.com" },
      { gatewayUrl: "https://user@nexus.example.com" },
      { gatewayUrl: "https://nexus.example.com?a=1" },
      { gatewayUrl: "nexus.example.com" },
    ]) {
      expect(() => stubs.bridge(options), JSON.stringify(options)).toThrow(TypeError);
    }
  });
});

describe("the response", () => {
  test("has the status, the headers and the body of the provider", async () => {
    stubs.provider.otherwise = (_, response) => {
      response.writeHead(207, "Partly", { "X-Own": "1", "Set-Cookie": ["a=1", "b=2"] }).end("body");
    };

    const answer = await stubs.bridge().connection(ID).fetch(`${stubs.provider.url}/x?a=1#part`);

    expect([answer.status, answer.statusText, answer.ok, answer.redirected]).toEqual([207, "Partly", true, false]);
    expect([answer.headers.get("X-Own"), answer.headers.getSetCookie()]).toEqual(["1", ["a=1", "b=2"]]);
    expect([answer.url, await answer.text()]).toEqual([`${stubs.provider.url}/x?a=1`, "body"]);
  });

  test.each([204, 205, 304, 500, 999])("can have the status %d", async (status) => {
    stubs.provider.otherwise = (_, response) => {
      response.writeHead(status).end();
    };

    const answer = await stubs.bridge().connection(ID).fetch(stubs.provider.url);

    expect([answer.status, answer.ok]).toEqual([status, status < 300]);
  });

  test("keeps its body after a garbage collection", async () => {
    const { opened, open } = gate();
    stubs.provider.otherwise = async (_, response) => {
      response.writeHead(200).write("begin ");
      await opened;
      response.end("end");
    };
    const answer = await stubs.bridge().connection(ID).fetch(stubs.provider.url);

    for (let i = 0; i < 3; i++) {
      (globalThis as { gc?: () => void }).gc?.();
      await sleep(5);
    }
    open();

    expect(globalThis).toHaveProperty("gc");
    expect(await answer.text()).toBe("begin end");
  });
});

describe("an abort", () => {
  test("of one request does not stop the fetch of the credential for another", async () => {
    const { opened, open } = gate();
    stubs.gateway.next.push(async (request, response) => {
      await opened;
      await json(200, token("first"))(request, response);
    });
    const connection = stubs.bridge().connection(ID);
    const aborted = new AbortController();

    const first = connection.fetch(stubs.provider.url, { signal: aborted.signal });
    const second = connection.fetch(stubs.provider.url);
    await vi.waitUntil(() => stubs.gateway.received.length === 1);
    aborted.abort(new Error("no longer needed"));
    await expect(first).rejects.toThrow("no longer needed");
    open();
    await second;

    expect(stubs.sent).toEqual(["Bearer first"]);
    expect(stubs.gateway.received).toHaveLength(1);
  });

  test("before the request sends nothing", async () => {
    const sent = stubs.bridge().connection(ID).fetch(stubs.provider.url, { signal: AbortSignal.abort() });

    await expect(sent).rejects.toMatchObject({ name: "AbortError" });
    expect([stubs.gateway.received, stubs.provider.received]).toEqual([[], []]);
  });

  test("stops a slow provider", async () => {
    const { opened, open } = gate();
    stubs.provider.otherwise = async (_, response) => {
      await opened;
      response.end();
    };

    const sent = stubs
      .bridge()
      .connection(ID)
      .fetch(stubs.provider.url, { signal: AbortSignal.timeout(50) });

    await expect(sent).rejects.toMatchObject({ name: "TimeoutError" });
    open();
  });
});

test("a provider that does not respond is an error with its code", async () => {
  const { url } = stubs.provider;
  await stubs.provider.stop();

  const sent = stubs.bridge().connection(ID).fetch(url);

  await expect(sent).rejects.toMatchObject({ name: "ProviderUnreachableError", code: "ECONNREFUSED" });
  await expect(sent).rejects.toBeInstanceOf(ProviderUnreachableError);
});

test("a port that fetch blocks is named as the cause", async () => {
  const sent = stubs.bridge().connection(ID).fetch("http://127.0.0.1:9/");

  await expect(sent).rejects.toMatchObject({ name: "ProviderUnreachableError", code: "bad port" });
});
