import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";
import { Bridge, type BridgeOptions } from "../src/index.js";

/** A request that a stub server has received. */
export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export type Answer = (request: Received, response: ServerResponse) => void | Promise<void>;

/** A server on a loopback address. The test's end stops it. */
export class StubServer {
  readonly received: Received[] = [];
  /** Answers the next request. Without an entry, {@link otherwise} answers. */
  readonly next: Answer[] = [];
  readonly #server: Server;
  otherwise: Answer;
  url = "";

  private constructor(otherwise: Answer) {
    this.otherwise = otherwise;
    this.#server = createServer(async (incoming, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) {
        chunks.push(chunk);
      }
      const received = {
        method: incoming.method ?? "",
        url: incoming.url ?? "",
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString("utf8"),
      };
      this.received.push(received);
      await (this.next.shift() ?? this.otherwise)(received, response);
    });
  }

  static async start(otherwise: Answer): Promise<StubServer> {
    const stub = new StubServer(otherwise);
    await new Promise<void>((resolve) => stub.#server.listen(0, "127.0.0.1", resolve));
    stub.url = `http://127.0.0.1:${(stub.#server.address() as AddressInfo).port}`;
    running.push(stub);
    return stub;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const running: StubServer[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((stub) => stub.stop()));
});

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response.writeHead(status, { "Content-Type": "application/json", ...headers }).end(JSON.stringify(body));
  };
}

export function text(status: number, body: string, headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response.writeHead(status, headers).end(body);
  };
}

export const API_KEY = "key-of-the-backend";

/** The ids of connections. */
export const ID = "8f3a1c2d-5f1e-4c40-9d2b-3a5e6f708192";
export const ID_2 = "0198a3c2-5f1e-7c40-9d2b-3a5e6f708192";
export const ID_3 = "0198a3c2-5f1e-7c40-9d2b-3a5e6f708193";

export interface TokenBody {
  readonly strategy?: unknown;
  readonly credentials?: unknown;
  readonly allowed_hosts?: unknown;
  readonly replaced_by?: string;
}

/** A token for a header, which may be sent to the stub of the provider. */
export function token(secret: string, changes: TokenBody = {}): TokenBody {
  return {
    strategy: { type: "header", config: { value_prefix: "Bearer " } },
    credentials: { api_key: secret },
    allowed_hosts: ["127.0.0.1"],
    ...changes,
  };
}

/** A stub of the Gateway that has tokens by id, a stub of a provider, and Bridges that use them. */
export class Stubs {
  readonly tokens = new Map<string, TokenBody>();

  private constructor(
    readonly gateway: StubServer,
    readonly provider: StubServer,
  ) {
    gateway.otherwise = ({ url }, response) => {
      const found = this.tokens.get(url.replace("/v1/token/", ""));
      const answer = found
        ? json(200, found)
        : json(404, { error: "connection_not_found", message: "no such connection" });
      return answer({ method: "", url, headers: {}, body: "" }, response);
    };
  }

  static async start(): Promise<Stubs> {
    const unused = json(500, {});
    return new Stubs(await StubServer.start(unused), await StubServer.start(text(200, "ok")));
  }

  bridge(options: Partial<BridgeOptions> = {}): Bridge {
    return new Bridge({ gatewayUrl: this.gateway.url, apiKey: API_KEY, ...options });
  }

  /** The values of the header Authorization that the provider has received. */
  get sent(): (string | undefined)[] {
    return this.provider.received.map(({ headers }) => headers.authorization);
  }
}
