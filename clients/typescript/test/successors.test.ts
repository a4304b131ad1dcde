import { beforeEach, expect, test, vi } from "vitest";
import { ID, ID_2, ID_3, json, Stubs, token } from "./servers.js";

let stubs: Stubs;

beforeEach(async () => {
  stubs = await Stubs.start();
  stubs.tokens.set(ID, token("old", { replaced_by: ID_2 }));
  stubs.tokens.set(ID_2, token("new"));
});

function fetchedIds(): string[] {
  return stubs.gateway.received.map(({ url }) => url.replace("/v1/token/", ""));
}

test("a successor is not followed by default", async () => {
  const connection = stubs.bridge().connection(ID);

  await connection.fetch(stubs.provider.url);

  expect(stubs.sent).toEqual(["Bearer old"]);
  expect(fetchedIds()).toEqual([ID]);
  expect(await connection.currentId()).toBe(ID);
});

test("an accepted successor is followed and is the current id", async () => {
  const connection = stubs.bridge({ followSuccessors: async (id) => id === ID_2 }).connection(ID);

  await connection.fetch(stubs.provider.url);
  await connection.fetch(stubs.provider.url);

  expect(stubs.sent).toEqual(["Bearer new", "Bearer new"]);
  expect(fetchedIds()).toEqual([ID, ID_2]);
  expect(await connection.currentId()).toBe(ID_2);
});

test("the credential of a refused successor is not fetched", async () => {
  stubs.tokens.set(ID_2, token("new", { replaced_by: ID_3 }));
  stubs.tokens.set(ID_3, token("of the attacker"));
  const connection = stubs.bridge({ followSuccessors: (id) => id === ID_2 }).connection(ID);

  await connection.fetch(stubs.provider.url);

  expect(stubs.sent).toEqual(["Bearer new"]);
  expect(fetchedIds()).toEqual([ID, ID_2]);
});

test("a successor that is refused later is no longer used", async () => {
  const confirmed = new Set([ID_2]);
  const connection = stubs.bridge({ followSuccessors: (id) => confirmed.has(id) }).connection(ID);
  await connection.fetch(stubs.provider.url);

  confirmed.clear();
  await connection.fetch(stubs.provider.url);

  expect(stubs.sent).toEqual(["Bearer new", "Bearer old"]);
  expect(await connection.currentId()).toBe(ID);
});

test("the old connection is used if the successor has no token", async () => {
  stubs.tokens.delete(ID_2);
  const connection = stubs.bridge({ followSuccessors: () => true }).connection(ID);

  await connection.fetch(stubs.provider.url);

  expect(stubs.sent).toEqual(["Bearer old"]);
  expect(await connection.currentId()).toBe(ID);
});

test("after the grace period the known successor is fetched directly", async () => {
  const connection = stubs.bridge({ followSuccessors: () => true, holdFor: 0 }).connection(ID);
  await connection.fetch(stubs.provider.url);

  stubs.tokens.delete(ID);
  await connection.fetch(stubs.provider.url);

  expect(stubs.sent).toEqual(["Bearer new", "Bearer new"]);
  expect(fetchedIds()).toEqual([ID, ID_2, ID_2]);
});

test("a circle of successors ends", async () => {
  stubs.tokens.set(ID_2, token("new", { replaced_by: ID }));
  const connection = stubs.bridge({ followSuccessors: () => true }).connection(ID);

  await connection.fetch(stubs.provider.url);

  expect(fetchedIds()).toEqual([ID, ID_2]);
});

test("a chain has at most eight successors", async () => {
  const id = (i: number) => `0198a3c2-5f1e-7c40-9d2b-${String(i).padStart(12, "0")}`;
  for (let i = 0; i < 12; i++) {
    stubs.tokens.set(id(i), token(String(i), { replaced_by: id(i + 1) }));
  }

  await stubs
    .bridge({ followSuccessors: () => true })
    .connection(id(0))
    .fetch(stubs.provider.url);

  expect(stubs.sent).toEqual(["Bearer 8"]);
});

test("a predicate that fails stops the request", async () => {
  const bridge = stubs.bridge({
    followSuccessors: () => {
      throw new Error("the database is down");
    },
  });

  await expect(bridge.connection(ID).fetch(stubs.provider.url)).rejects.toThrow("the database is down");

  expect(stubs.provider.received).toEqual([]);
});

test.each([[[]], [{ rows: [] }], ["yes"], [1], [undefined]])(
  "a predicate that returns %j accepts no successor",
  async (result) => {
    const connection = stubs.bridge({ followSuccessors: async () => result as unknown as boolean }).connection(ID);

    await expect(connection.fetch(stubs.provider.url)).rejects.toThrow(/^followSuccessors must return true or false/);

    expect(stubs.sent).toEqual([]);
    expect(fetchedIds()).toEqual([ID]);
  },
);

test("the current id is known after the first request of a new Bridge", async () => {
  const connection = stubs.bridge({ followSuccessors: () => true }).connection(ID);
  expect(await connection.currentId()).toBe(ID);

  await connection.fetch(stubs.provider.url);

  expect(await connection.currentId()).toBe(ID_2);
});

test("the current id stays after forget", async () => {
  const connection = stubs.bridge({ followSuccessors: () => true }).connection(ID);
  await connection.fetch(stubs.provider.url);

  connection.forget();

  expect(await connection.currentId()).toBe(ID_2);
});

test("forget of the successor also forgets the connection that it has superseded", async () => {
  const bridge = stubs.bridge({ followSuccessors: () => true });
  await bridge.connection(ID).fetch(stubs.provider.url);

  bridge.connection(ID_2).forget();
  stubs.tokens.set(ID_2, token("renewed"));
  await bridge.connection(ID).fetch(stubs.provider.url);

  expect(stubs.sent).toEqual(["Bearer new", "Bearer renewed"]);
});

test("forget of the successor also has an effect during its fetch", async () => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  stubs.gateway.next.push(json(200, token("old", { replaced_by: ID_2 })), async (request, response) => {
    await opened;
    await json(200, token("revoked"))(request, response);
  });
  const bridge = stubs.bridge({ followSuccessors: () => true });

  const before = bridge.connection(ID).fetch(stubs.provider.url);
  await vi.waitUntil(() => stubs.gateway.received.length === 2);
  bridge.connection(ID_2).forget();
  open();
  await before;
  await bridge.connection(ID).fetch(stubs.provider.url);

  expect(stubs.sent).toEqual(["Bearer revoked", "Bearer new"]);
});
