/**
 * Thrown if the Bridge cannot prepare or send a request. No message contains a credential, an API key, or the path or
 * query of a request.
 */
export class BridgeError extends Error {
  override readonly name: string = "BridgeError";
}

/** Thrown if the Gateway refuses a token, cannot be reached, or does not respond with a token or with JSON. */
export class GatewayError extends BridgeError {
  override readonly name = "GatewayError";

  /**
   * The HTTP status of a response that is not a success. It is 0 if the Gateway did not respond, or if its response of
   * 200 is not a token, or not JSON. It is 404, without a call, if the id of the connection is not a UUID.
   */
  readonly status: number;

  /**
   * The error code, for example `connection_not_active`. It is `unreachable` if the status is 0, and
   * `unexpected_answer` if the response has no error code of Nexus.
   */
  readonly code: string;

  /** The delay of the header `Retry-After` in seconds. Undefined if the header is absent or not a number. */
  readonly retryAfter: number | undefined;

  /** The header `X-Request-Id` of the response. An operator finds the log lines of the request by it. */
  readonly requestId: string | undefined;

  constructor(status: number, code: string, message: string, retryAfter?: number, requestId?: string) {
    super(requestId === undefined ? message : `${message} (request ${requestId})`);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
    this.requestId = requestId;
  }
}

/** Thrown if the credential must not be sent to the URL of a request. The Bridge has not sent the request. */
export class ForbiddenHostError extends BridgeError {
  override readonly name = "ForbiddenHostError";
}

/** Thrown if this version does not support the connection's strategy. Names the fields and rules, never a value. */
export class UnsupportedStrategyError extends BridgeError {
  override readonly name = "UnsupportedStrategyError";
}

/**
 * Thrown if the provider does not respond. The error has no `cause`, because the errors of HTTP clients can contain the
 * URL or the headers of the request, and so the credential.
 */
export class ProviderUnreachableError extends BridgeError {
  override readonly name = "ProviderUnreachableError";

  /**
   * The code of Node.js or undici, for example `ECONNREFUSED`. `bad port` if `fetch` blocks the port.
   * `unknown` if the HTTP client gave no code.
   */
  readonly code: string;

  constructor(code: string) {
    super(`The provider did not respond (${code}). Check the URL of the request and the network.`);
    this.code = code;
  }
}

const RULES = {
  required: "is required, because the provider's strategy sends it",
  type: "must be a string",
  notEmpty: "must not be empty",
  lineBreak: "must not contain a line break",
  controlCharacter: "must not contain a control character such as a tab or NUL",
  invisibleCharacter:
    "must not contain an invisible character such as a zero-width or no-break space; copy the value again",
  printableAscii: "must be printable ASCII to be sent in a header",
  colon: "must not contain a colon, which ends the user name (RFC 7617)",
  dotSegment: "must not be empty or a dot segment (RFC 3986)",
  hex: "must be encoded in hex",
  base64: "must be encoded in base64",
  signatureScope: "must not contain a slash, comma or space, which separate the parts of an AWS signature",
  jsonBody: "cannot be added, because the body of the request is not one JSON object",
  formBody: "cannot be added, because the Content-Type of the request is not application/x-www-form-urlencoded",
  pathPosition: "cannot be added, because the path of the request has no segment with the number `position`",
} as const;

/** A rule that the value of a field, or the request, breaks. The names are those of the Gateway's `details`. */
export type CredentialRule = keyof typeof RULES;

/** Thrown if a strategy cannot put the credential into the request. Names the field and the rule, never the value. */
export class InapplicableCredentialError extends BridgeError {
  override readonly name = "InapplicableCredentialError";

  /** The field of the credential, as the strategy names it. */
  readonly field: string;

  readonly rule: CredentialRule;

  constructor(field: string, rule: CredentialRule) {
    super(`${field}: ${RULES[rule]}`);
    this.field = field;
    this.rule = rule;
  }
}

/** Thrown if a webhook's request does not have a valid signature. Answer such a request with 401. */
export class WebhookVerificationError extends Error {
  override readonly name = "WebhookVerificationError";
}
