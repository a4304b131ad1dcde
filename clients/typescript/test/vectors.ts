import { readdirSync, readFileSync } from "node:fs";
import { type HttpField, OutgoingRequest } from "../src/index.js";

/** The request of a vector, see strategy/vectors/README.md. */
export interface VectorRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly HttpField[];
  readonly body?: string;
  readonly body_base64?: string;
}

export interface Vector {
  readonly name: string;
  readonly time: string;
  readonly strategy: unknown;
  readonly credentials: Readonly<Record<string, unknown>>;
  readonly allowed_hosts?: readonly string[];
  readonly request: VectorRequest;
  readonly expected?: VectorRequest;
  readonly error?: { readonly code: string; readonly field?: string; readonly rule?: string };
  readonly repeated_lines?: boolean;
}

const FOLDER = new URL("../../../strategy/vectors/", import.meta.url);

export const VECTORS: readonly Vector[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".json"))
  .flatMap((file) => JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")).vectors as Vector[]);

export function bodyOf({ body = "", body_base64 }: VectorRequest): Buffer {
  return body_base64 === undefined ? Buffer.from(body, "utf8") : Buffer.from(body_base64, "base64");
}

export function requestOf(request: VectorRequest): OutgoingRequest {
  return new OutgoingRequest(request.method, request.url, request.headers, bodyOf(request));
}
