package dev.nexus.launcher;

import java.nio.file.Path;

/** What the quickstart prints when it is ready: the address, a key, and the flow as lines to paste. */
final class Welcome {

    private Welcome() {}

    static String text(Nexus nexus, QuickstartEnv env, Path envFile) {
        return """

                Nexus is ready.

                  Gateway   %s
                  API key   %s
                  logs      %s
                  all this  %s
                %s
                The flow, to paste into another shell:

                . %s
                begun=$(curl -s -X POST "$GATEWAY_URL/v1/request-connection" -H "Content-Type: application/json" -H "X-API-Key: $API_KEY" -d "{\\"workspace_id\\": \\"user_abc\\", \\"provider_id\\": \\"$API_KEY_PROVIDER_ID\\", \\"return_url\\": \\"$RETURN_URL\\"}"); echo "$begun"
                STATE=$(echo "$begun" | sed 's/.*state=\\([^"]*\\)".*/\\1/'); CONNECTION_ID=$(echo "$begun" | sed 's/.*"connection_id":"\\([^"]*\\)".*/\\1/')
                curl -s "$GATEWAY_URL/v1/capture-schema?state=$STATE" -H "X-API-Key: $API_KEY"
                curl -s -X POST "$GATEWAY_URL/v1/capture-credential" -H "Content-Type: application/json" -H "X-API-Key: $API_KEY" -d "{\\"state\\": \\"$STATE\\", \\"credentials\\": {\\"api_key\\": \\"pat_abc123xyz\\"}}"
                curl -s "$GATEWAY_URL/v1/check-connection/$CONNECTION_ID" -H "X-API-Key: $API_KEY"
                curl -s "$GATEWAY_URL/v1/token/$CONNECTION_ID" -H "X-API-Key: $API_KEY"

                Ctrl-C ends everything.""".formatted(
                nexus.gatewayUrl(), env.values().get("API_KEY"), nexus.folder(), envFile, example(env), envFile);
    }

    private static String example(QuickstartEnv env) {
        String url = env.values().get("EXAMPLE_URL");
        return url == null
                ? ""
                : "  example   " + url
                        + "  (without a GitHub token: the provider Demo, and any key that begins with demo_)\n";
    }
}
