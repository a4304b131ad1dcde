import { Webhook } from "standardwebhooks";
import { describe, expect, test } from "vitest";
import { verifyWebhook, WebhookVerificationError } from "../src/index.js";

const SECRET = `whsec_${Buffer.from("a key of thirty-two bytes, or so").toString("base64")}`;
const OTHER = `whsec_${Buffer.from("another key").toString("base64")}`;
const ID = "5f0c9b1e-6a36-4a55-8f0e-6a3d9d6d2b11";
const NOW = new Date("2026-01-31T09:00:00Z");
const BODY = JSON.stringify({
  type: "connection.activated",
  timestamp: "2026-01-31T09:00:00.000Z",
  data: { connection_id: "8f3a1c2d", workspace_id: "user_é", status: "active", provider: { id: "1", slug: "github" } },
});

/** Signs with the library of Standard Webhooks. */
function signed(secret = SECRET, sent = NOW, body = BODY): Record<string, string> {
  return {
    "webhook-id": ID,
    "webhook-timestamp": String(Math.floor(sent.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(ID, sent, body),
  };
}

function later(seconds: number): Date {
  return new Date(NOW.getTime() + seconds * 1000);
}

test("a valid signature returns the id and the event", () => {
  const { id, event } = verifyWebhook(SECRET, BODY, signed(), NOW);

  expect(id).toBe(ID);
  expect(event.type).toBe("connection.activated");
  expect(event.data.workspace_id).toBe("user_é");
});

test("the signature of the specification, which the guide shows, is valid", () => {
  const headers = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
  };
  const body = '{"test": 2432232314}';
  const sent = new Date(1614265330 * 1000);

  expect(verifyWebhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", body, headers, sent).id).toBe(headers["webhook-id"]);
});

test("the body can be bytes, and the headers those of fetch or of Node.js", () => {
  const bytes = Buffer.from(BODY);
  const { "webhook-id": id, ...others } = signed();

  for (const headers of [new Headers(signed()), signed(), { "Webhook-Id": id, ...others, "x-list": ["a", "b"] }]) {
    expect(verifyWebhook(SECRET, bytes, headers, NOW).id).toBe(ID);
  }
});

test("one valid signature of several is enough, as during a rotation", () => {
  const headers = signed();
  const both = `v1a,AAAA ${signed(OTHER)["webhook-signature"]} ${headers["webhook-signature"]}`;

  expect(verifyWebhook(SECRET, BODY, { ...headers, "webhook-signature": both }, NOW).id).toBe(ID);
});

test.each([-300, 0, 300])("a clock difference of %d s is accepted", (seconds) => {
  expect(verifyWebhook(SECRET, BODY, signed(), later(seconds)).id).toBe(ID);
});

describe("is refused:", () => {
  const valid = signed();
  const signature = valid["webhook-signature"] ?? "";
  const cases: [string, string, Record<string, string | string[]>, Date][] = [
    ["another body", `${BODY} `, valid, NOW],
    ["another secret", BODY, signed(OTHER), NOW],
    ["another id", BODY, { ...valid, "webhook-id": "x" }, NOW],
    ["another time", BODY, { ...valid, "webhook-timestamp": String(NOW.getTime() / 1000 + 1) }, NOW],
    ["an old request", BODY, valid, later(301)],
    ["a request of the future", BODY, valid, later(-301)],
    ["a time that is not a number", BODY, { ...valid, "webhook-timestamp": "now" }, NOW],
    ["no signature", BODY, { ...valid, "webhook-signature": "" }, NOW],
    ["a signature of another version", BODY, { ...valid, "webhook-signature": signature.replace("v1,", "v2,") }, NOW],
    ["a part of the signature", BODY, { ...valid, "webhook-signature": signature.slice(0, 20) }, NOW],
    ["an empty signature", BODY, { ...valid, "webhook-signature": "v1," }, NOW],
    ["repeated headers", BODY, { ...valid, "webhook-id": [ID, ID] }, NOW],
    ["no headers", BODY, {}, NOW],
    ["a clock without a time", BODY, valid, new Date(Number.NaN)],
  ];

  test.each(cases)("%s", (_, body, headers, now) => {
    expect(() => verifyWebhook(SECRET, body, headers, now)).toThrow(WebhookVerificationError);
  });
});

test.each(["", "whsec_", "a secret", "whsec_%%%", "whsec_A", "whsec_====", `whsec_${"A".repeat(20)}`])(
  "a secret of the form %j is an error of the application",
  (secret) => {
    expect(() => verifyWebhook(secret, BODY, signed(), NOW)).toThrow(TypeError);
  },
);

test.each([{ type: "connection.activated" }, undefined, null, signed()])("a body of the type %o is refused", (body) => {
  expect(() => verifyWebhook(SECRET, body as unknown as string, signed(), NOW)).toThrow(/Pass the raw body/);
});

test.each([undefined, null, "webhook-id: canary", Buffer.from(BODY)])(
  "headers of the type %o are refused",
  (headers) => {
    expect(() => verifyWebhook(SECRET, BODY, headers as unknown as Headers, NOW)).toThrow(
      /^headers must .* Call verifyWebhook\(secret, body, headers\)\.$/,
    );
  },
);

test("a missing secret is refused by its name", () => {
  expect(() => verifyWebhook(undefined as unknown as string, BODY, signed(), NOW)).toThrow(/^secret must be/);
});
