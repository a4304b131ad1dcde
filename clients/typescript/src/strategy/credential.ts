import { inspect } from "node:util";
import { InapplicableCredentialError } from "../errors.js";
import { headerRule } from "./header-text.js";
import type { OutgoingRequest } from "./request.js";
import type { Template } from "./template.js";

/** A header that holds one field of the credential. */
export interface CredentialHeader {
  readonly name: string;
  readonly field: string;
  /** The text before the field, for example `Bearer `. */
  readonly prefix: string;
}

/** A query parameter or body member that holds one field of the credential. */
export interface CredentialParameter {
  readonly name: string;
  readonly field: string;
}

/** The fields of a credential. Printing it shows none of them. */
export class Credential {
  readonly #fields: Readonly<Record<string, unknown>>;

  constructor(fields: Readonly<Record<string, unknown>>) {
    this.#fields = fields;
  }

  has(field: string): boolean {
    return Object.hasOwn(this.#fields, field);
  }

  /** The text of a required field. */
  text(field: string): string {
    if (!this.has(field)) {
      throw new InapplicableCredentialError(field, "required");
    }
    const value = this.#fields[field];
    if (typeof value !== "string") {
      throw new InapplicableCredentialError(field, "type");
    }
    return value;
  }

  textIfPresent(field: string): string | undefined {
    return this.has(field) ? this.text(field) : undefined;
  }

  /** The text of a required field that a header can contain. */
  headerText(field: string): string {
    const value = this.text(field);
    const rule = headerRule(value);
    if (rule) {
      throw new InapplicableCredentialError(field, rule);
    }
    return value;
  }

  /** Sets these headers of the request. */
  putInto(request: OutgoingRequest, headers: readonly CredentialHeader[]): OutgoingRequest {
    return request.withHeaders(headers.map(({ name, field, prefix }) => [name, prefix + this.headerText(field)]));
  }

  /** Replaces the placeholders of a template with fields of this credential. */
  fill(template: Template): string {
    return template.pieces.map((piece) => ("name" in piece ? this.text(piece.name) : piece.literal)).join("");
  }

  toString(): string {
    return "Credential[***]";
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
