export { createNexusApi, type NexusApi, type Schemas } from "./api.js";
export { Bridge, type BridgeConnection, type BridgeOptions } from "./bridge.js";
export {
  BridgeError,
  type CredentialRule,
  ForbiddenHostError,
  GatewayError,
  InapplicableCredentialError,
  ProviderUnreachableError,
  UnsupportedStrategyError,
  WebhookVerificationError,
} from "./errors.js";
export type { GatewayOptions } from "./gateway.js";
export type { components, paths } from "./generated/api.js";
export { type HttpField, OutgoingRequest } from "./strategy/request.js";
export type { SuccessorPredicate } from "./tokens.js";
export {
  type VerifiedWebhook,
  verifyWebhook,
  type WebhookConnection,
  type WebhookEvent,
  type WebhookHeaders,
} from "./webhook.js";
