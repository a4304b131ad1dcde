import { InapplicableCredentialError } from "../errors.js";
import type { ConfigReader } from "./config-reader.js";
import { isObject } from "./config-reader.js";
import { setPair } from "./percent.js";
import type { Strategy } from "./strategy.js";

const FORM = "application/x-www-form-urlencoded";

/** Reads the strategy `body_field`: members of the request's body that hold fields of the credential. */
export function readBodyField(config: ConfigReader): Strategy {
  config.known("field_name", "credential_field", "encoding", "additional_fields");
  const first = config.parameter("field_name");
  const encoding = config.constant("encoding", ["json", "form"]);
  const additional = config.parameters("additional_fields", "field_name");
  config.problems.parameter("/config", "field_name", first);
  config.problems.parameters("/config/additional_fields", "field_name", additional);
  return {
    apply(credential, request) {
      const contentType = request.header("Content-Type");
      if (encoding === "form" && contentType !== undefined && mediaType(contentType) !== FORM) {
        // Pairs would corrupt another body, such as JSON.
        throw new InapplicableCredentialError(first.field, "formBody");
      }
      const members = new Map([first, ...additional].map(({ name, field }) => [name, credential.text(field)]));
      // Keeps a byte order mark, which is not a part of JSON.
      const body = new TextDecoder("utf-8", { ignoreBOM: true }).decode(request.body);
      const changed = encoding === "json" ? setMembers(body, members, first.field) : setPairs(body, members);
      const sent = request.withBody(new TextEncoder().encode(changed));
      return contentType === undefined
        ? sent.withHeader("Content-Type", encoding === "json" ? "application/json" : FORM)
        : sent;
    },
  };
}

/** The type of a header Content-Type, in lower case and without parameters (RFC 9110, 8.3.1). */
function mediaType(contentType: string): string {
  const [type = ""] = contentType.split(";", 1);
  return type.trim().toLowerCase();
}

function setPairs(body: string, members: ReadonlyMap<string, string>): string {
  return [...members].reduce((pairs, [name, value]) => setPair(pairs, name, value), body);
}

/** Sets members of a JSON object. The other members keep their text, so that no number is reformatted. */
function setMembers(body: string, members: ReadonlyMap<string, string>, field: string): string {
  const json = body.trim() === "" ? "{}" : body;
  if (!isJsonObject(json)) {
    throw new InapplicableCredentialError(field, "jsonBody");
  }
  const others = [...rawMembers(json)].filter(([name]) => !members.has(name));
  return `{${[...others, ...[...members].map(([name, value]) => [name, JSON.stringify(value)] as const)]
    .map(([name, value]) => `${JSON.stringify(name)}:${value}`)
    .join(",")}}`;
}

function isJsonObject(text: string): boolean {
  try {
    return isObject(JSON.parse(text));
  } catch {
    // The message of the parser quotes the body.
    return false;
  }
}

/** A string, a bracket, a separator, or a part of a number or literal. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/gs;

/** The names and the texts of the values of a valid JSON object. */
function* rawMembers(json: string): Generator<readonly [name: string, value: string]> {
  let depth = 0;
  let name: string | undefined;
  let begin = -1;
  let end = -1;
  for (const { 0: token, index } of json.matchAll(TOKEN)) {
    if (depth === 1 && name === undefined && token.startsWith('"')) {
      name = JSON.parse(token) as string;
      continue;
    }
    if (depth === 1 && (token === "," || token === "}") && name !== undefined) {
      yield [name, json.slice(begin, end)];
      name = undefined;
      begin = -1;
    } else if (name !== undefined && !(depth === 1 && token === ":")) {
      begin = begin < 0 ? index : begin;
      end = index + token.length;
    }
    depth += token === "{" || token === "[" ? 1 : token === "}" || token === "]" ? -1 : 0;
  }
}
