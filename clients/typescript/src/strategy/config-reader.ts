import type { CredentialHeader, CredentialParameter } from "./credential.js";
import { InvalidStrategyError, type StrategyProblems } from "./problems.js";
import type { HttpField } from "./request.js";
import { Template } from "./template.js";

/** Returns true for a JSON object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Reads an object of a strategy's JSON form, strictly: with an unknown or misspelt field, the credential could be sent
 * in the wrong place. Collects the broken rules, and continues with another value in place of an invalid one.
 */
export class ConfigReader {
  readonly problems: StrategyProblems;
  readonly #pointer: string;
  readonly #object: Readonly<Record<string, unknown>>;

  constructor(pointer: string, value: unknown, problems: StrategyProblems) {
    this.#pointer = pointer;
    this.problems = problems;
    if (!isObject(value)) {
      problems.add(pointer, "must be an object");
    }
    this.#object = isObject(value) ? value : {};
  }

  refuse(field: string, rule: string): void {
    this.problems.add(`${this.#pointer}/${field}`, rule);
  }

  /** Refuses every field that is not in `fields`. */
  known(...fields: string[]): void {
    for (const name of Object.keys(this.#object)) {
      if (!fields.includes(name)) {
        this.refuse(name.replaceAll("~", "~0").replaceAll("/", "~1"), "is not a field of this object");
      }
    }
  }

  has(field: string): boolean {
    return Object.hasOwn(this.#object, field);
  }

  get(field: string): unknown {
    return this.has(field) ? this.#object[field] : undefined;
  }

  /** Reads a string. It is required if `absent` is undefined. */
  text(field: string, absent?: string): string {
    const value = this.has(field) ? this.get(field) : absent;
    if (typeof value === "string") {
      return value;
    }
    this.refuse(field, value === undefined ? "is required" : "must be a string");
    return "";
  }

  integer(field: string, absent: number, rule: string): number {
    const value = this.has(field) ? this.get(field) : absent;
    if (typeof value === "number" && Number.isInteger(value)) {
      return value;
    }
    this.refuse(field, rule);
    return absent;
  }

  /** Reads one of `values`. The first one is the default. */
  constant<V extends string>(field: string, values: readonly [V, ...V[]]): V {
    const text = this.text(field, values[0]);
    const found = values.find((value) => value === text);
    if (found === undefined) {
      this.refuse(field, `must be ${values.join(" or ")}`);
    }
    return found ?? values[0];
  }

  template(field: string, absent?: string): Template {
    try {
      return new Template(this.text(field, absent));
    } catch (error) {
      if (!(error instanceof InvalidStrategyError)) {
        throw error;
      }
      this.refuse(field, error.problems[0]?.[1] ?? "must be a template");
      return new Template("");
    }
  }

  /** Reads the required parameter of a strategy. */
  parameter(nameField: string): CredentialParameter {
    return { name: this.text(nameField), field: this.text("credential_field", "api_key") };
  }

  parameters(field: string, nameField: string): CredentialParameter[] {
    return this.#items(field).map((item) => {
      item.known(nameField, "credential_field");
      return { name: item.text(nameField), field: item.text("credential_field") };
    });
  }

  additionalHeaders(): CredentialHeader[] {
    return this.#items("additional_headers").map((item) => {
      item.known("header_name", "credential_field", "value_prefix");
      return {
        name: item.text("header_name"),
        field: item.text("credential_field"),
        prefix: item.text("value_prefix", ""),
      };
    });
  }

  staticHeaders(): HttpField[] {
    const given = this.has("static_headers") ? this.get("static_headers") : {};
    if (!isObject(given)) {
      this.refuse("static_headers", "must be an object");
      return [];
    }
    return Object.entries(given).map(([name, value]) => {
      if (typeof value !== "string") {
        this.refuse("static_headers", "must contain only strings");
      }
      return [name, typeof value === "string" ? value : ""];
    });
  }

  #items(field: string): ConfigReader[] {
    const list = this.has(field) ? this.get(field) : [];
    if (!Array.isArray(list)) {
      this.refuse(field, "must be a list");
      return [];
    }
    return list.map((item, i) => new ConfigReader(`${this.#pointer}/${field}/${i}`, item, this.problems));
  }
}
