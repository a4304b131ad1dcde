package dev.nexus.launcher;

import java.nio.file.Path;

/** The text that the quickstart prints when it is ready: the addresses, a key, and the flow as shell commands. */
final class Welcome {

    private static final String CHECKED = """
            With the demo vendor, the Broker checks the key before it stores it: bad_key is rejected with 422, good_key is accepted.

            begun=$(curl -s -X POST "$GATEWAY_URL/v1/request-connection" -H "Content-Type: application/json" -H "X-API-Key: $API_KEY" -d "{\\"workspace_id\\": \\"user_abc\\", \\"provider_id\\": \\"$DEMO_PROVIDER_ID\\", \\"return_url\\": \\"$RETURN_URL\\"}"); echo "$begun"
            STATE=$(echo "$begun" | sed 's/.*state=\\([^"]*\\)".*/\\1/'); CONNECTION_ID=$(echo "$begun" | sed 's/.*"connection_id":"\\([^"]*\\)".*/\\1/')
            curl -s -X POST "$GATEWAY_URL/v1/capture-credential" -H "Content-Type: application/json" -H "X-API-Key: $API_KEY" -d "{\\"state\\": \\"$STATE\\", \\"credentials\\": {\\"api_key\\": \\"bad_key\\"}}"
            curl -s -X POST "$GATEWAY_URL/v1/capture-credential" -H "Content-Type: application/json" -H "X-API-Key: $API_KEY" -d "{\\"state\\": \\"$STATE\\", \\"credentials\\": {\\"api_key\\": \\"good_key\\"}}"
            curl -s "$GATEWAY_URL/v1/check-connection/$CONNECTION_ID" -H "X-API-Key: $API_KEY"

            """;

    private Welcome() {}

    static String text(Nexus nexus, QuickstartEnv env, Path envFile) {
        String gateway = env.values().get("GATEWAY_MANAGEMENT_URL");
        String broker = env.values().get("BROKER_MANAGEMENT_URL");
        return """

                Nexus is ready.

                  Gateway   %s
                  API key   %s
                  health    %s/q/health (Gateway), %s/q/health (Broker)
                  metrics   %s/q/metrics (Gateway), %s/q/metrics (Broker)
                  logs      %s
                  env file  %s
                %s
                Commands of the flow, for another shell:

                . %s
                begun=$(curl -s -X POST "$GATEWAY_URL/v1/request-connection" -H "Content-Type: application/json" -H "X-API-Key: $API_KEY" -d "{\\"workspace_id\\": \\"user_abc\\", \\"provider_id\\": \\"$API_KEY_PROVIDER_ID\\", \\"return_url\\": \\"$RETURN_URL\\"}"); echo "$begun"
                STATE=$(echo "$begun" | sed 's/.*state=\\([^"]*\\)".*/\\1/'); CONNECTION_ID=$(echo "$begun" | sed 's/.*"connection_id":"\\([^"]*\\)".*/\\1/')
                curl -s "$GATEWAY_URL/v1/capture-schema?state=$STATE" -H "X-API-Key: $API_KEY"
                curl -s -X POST "$GATEWAY_URL/v1/capture-credential" -H "Content-Type: application/json" -H "X-API-Key: $API_KEY" -d "{\\"state\\": \\"$STATE\\", \\"credentials\\": {\\"api_key\\": \\"pat_abc123xyz\\"}}"
                curl -s "$GATEWAY_URL/v1/check-connection/$CONNECTION_ID" -H "X-API-Key: $API_KEY"
                curl -s "$GATEWAY_URL/v1/token/$CONNECTION_ID" -H "X-API-Key: $API_KEY"

                %sPress Ctrl-C to stop.""".formatted(
                        nexus.gatewayUrl(),
                        env.values().get("API_KEY"),
                        gateway,
                        broker,
                        gateway,
                        broker,
                        nexus.folder(),
                        envFile,
                        example(env),
                        envFile,
                        env.values().containsKey("DEMO_PROVIDER_ID") ? CHECKED : "");
    }

    private static String example(QuickstartEnv env) {
        String url = env.values().get("EXAMPLE_URL");
        return url == null
                ? ""
                : "  example   " + url
                        + "  (without a GitHub token, use the provider Demo and any key that begins with demo_)\n";
    }
}
