// Uses the built package from a CommonJS module.
import nexus = require("@nexus/client");

const bridge = new nexus.Bridge({ gatewayUrl: "https://nexus.example.com", apiKey: "key" });
const api = nexus.createNexusApi({ gatewayUrl: "https://nexus.example.com", apiKey: "key" });
const send: typeof fetch = bridge.connection("8f3a1c2d-5f1e-4c40-9d2b-3a5e6f708192").fetch;
const status: nexus.Schemas["ConnectionStatus"] = "active";
console.log(typeof send, typeof api.GET, typeof nexus.verifyWebhook, status);
