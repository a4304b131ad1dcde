// Uses the built package from an ECMAScript module.
import { Bridge, createNexusApi, type Schemas, verifyWebhook } from "@nexus/client";

const bridge = new Bridge({ gatewayUrl: "https://nexus.example.com", apiKey: "key" });
const api = createNexusApi({ gatewayUrl: "https://nexus.example.com", apiKey: "key" });
const send: typeof fetch = bridge.connection("8f3a1c2d-5f1e-4c40-9d2b-3a5e6f708192").fetch;
const status: Schemas["ConnectionStatus"] = "active";
console.log(typeof send, typeof api.GET, typeof verifyWebhook, status);
