import { InvalidStrategyError } from "./problems.js";

const MAX_LENGTH = 1024;

/** A text that is sent unchanged, or the name of a value. */
export type Piece = { readonly literal: string } | { readonly name: string };

const PIECE = /\{\{|\}\}|\{([A-Za-z0-9_-]{1,128})\}|[^{}]+/y;

/** Text with placeholders in braces, as in `{email}/token`. A doubled brace is a literal brace. */
export class Template {
  readonly pieces: readonly Piece[];

  /** @throws InvalidStrategyError if the text is too long or has invalid placeholders */
  constructor(text: string) {
    if (text.length > MAX_LENGTH) {
      throw new InvalidStrategyError([["", "must be at most 1024 characters long"]]);
    }
    const pieces: Piece[] = [];
    PIECE.lastIndex = 0;
    for (let at = 0; at < text.length; at = PIECE.lastIndex) {
      const [found, name] = PIECE.exec(text) ?? [];
      if (found === undefined) {
        throw new InvalidStrategyError([
          ["", "must have placeholders of the form {name} with [A-Za-z0-9_-], and {{ or }} for a literal brace"],
        ]);
      }
      pieces.push(
        name === undefined ? { literal: found === "{{" || found === "}}" ? found.charAt(0) : found } : { name },
      );
    }
    this.pieces = pieces;
  }

  get placeholders(): string[] {
    return this.pieces.flatMap((piece) => ("name" in piece ? [piece.name] : []));
  }

  hasLiteral(part: string): boolean {
    return this.pieces.some((piece) => "literal" in piece && piece.literal.includes(part));
  }
}
