package dev.nexus.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nexus.bridge.Bridge;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs the whole flow over HTTP for {@code --walk}: prints each request and response, compares each response with the
 * expected one, and uses the credential at the end.
 */
public final class Walk {

    private static final String REFRESH_REFUSED =
            "{\"error\":\"static_token\",\"message\":\"This connection uses a static token and cannot be refreshed\"}";

    private final Http http;
    private final PrintWriter out;
    private final Map<String, String> env;

    /**
     * Prepares a run.
     *
     * @param env GATEWAY_URL, API_KEY, API_KEY_PROVIDER_ID, BASIC_PROVIDER_ID and RETURN_URL; DEMO_PROVIDER_ID if the demo
     *     vendor runs
     */
    public Walk(Map<String, String> env, PrintWriter out) {
        this.env = Map.copyOf(env);
        this.http = new Http(value("GATEWAY_URL"), value("API_KEY"));
        this.out = out;
    }

    /** The credentials of one provider, and the expected responses. */
    private record Scenario(
            String provider, String schema, String credentials, String strategy, String authorization) {}

    /** Runs the flow for all providers. Throws a {@link LauncherException} that names the first unexpected response. */
    public void run() throws IOException, InterruptedException {
        walk(new Scenario(
                value("API_KEY_PROVIDER_ID"),
                """
                {"type":"object","required":["api_key"],\
                "properties":{"api_key":{"type":"string","title":"Personal Access Token"}}}""",
                "{\"api_key\":\"pat_abc123xyz\"}",
                "header",
                "Bearer pat_abc123xyz"));
        walk(new Scenario(
                value("BASIC_PROVIDER_ID"),
                """
                {"type":"object","required":["username","password"],\
                "properties":{"username":{"type":"string","title":"Username"},\
                "password":{"type":"string","title":"Password","format":"password"}}}""",
                "{\"username\":\"alice\",\"password\":\"correct horse\"}",
                "basic_auth",
                // alice:correct horse, as RFC 7617 encodes it.
                "Basic YWxpY2U6Y29ycmVjdCBob3JzZQ=="));
        String demo = env.get("DEMO_PROVIDER_ID");
        if (demo != null) {
            verify(demo);
        }
        out.println("The walk is complete: each step had the expected response.");
        out.flush();
    }

    /** Submits a key that the vendor rejects, and then a key that the vendor accepts, with the same state token. */
    private void verify(String provider) throws IOException, InterruptedException {
        JsonNode begun = step(
                        "Connect to a vendor with which the Broker verifies the key",
                        "POST",
                        "/v1/request-connection",
                        connectionRequest(provider),
                        200)
                .json();
        String id = begun.path("connection_id").asText();
        String state = state(begun);
        JsonNode rejected = step(
                        "The vendor rejects the key",
                        "POST",
                        "/v1/capture-credential",
                        captureRequest(state, "bad_key"),
                        422)
                .json();
        expect(rejected.path("error").asText().equals("credentials_rejected"), "the error is credentials_rejected");
        step(
                "The vendor accepts another key",
                "POST",
                "/v1/capture-credential",
                captureRequest(state, "good_key"),
                200);
        JsonNode checked = step("The connection is verified", "GET", "/v1/check-connection/" + id, null, 200)
                .json();
        expect(checked.at("/verification/status").asText().equals("verified"), "the connection is verified");
    }

    private String connectionRequest(String provider) {
        return "{\"workspace_id\":\"user_abc\",\"provider_id\":\"" + provider + "\",\"return_url\":\""
                + value("RETURN_URL") + "\"}";
    }

    private static String captureRequest(String state, String key) {
        return "{\"state\":\"" + state + "\",\"credentials\":{\"api_key\":\"" + key + "\"}}";
    }

    private String state(JsonNode begun) {
        String authUrl = begun.path("auth_url").asText();
        expect(authUrl.contains("/auth/capture-schema?state="), "auth_url contains the state");
        return authUrl.substring(authUrl.indexOf("state=") + 6);
    }

    private void walk(Scenario scenario) throws IOException, InterruptedException {
        JsonNode begun = step(
                        "1. Initiate the connection",
                        "POST",
                        "/v1/request-connection",
                        connectionRequest(scenario.provider()),
                        200)
                .json();
        String id = begun.path("connection_id").asText();
        String state = state(begun);

        String schema = step("2. Fetch the credential schema", "GET", "/v1/capture-schema?state=" + state, null, 200)
                .json()
                .toString();
        expect(schema.equals(scenario.schema()), "the schema is that of the provider, in the same order");

        JsonNode captured = step(
                        "3. Submit the credentials",
                        "POST",
                        "/v1/capture-credential",
                        "{\"state\":\"" + state + "\",\"credentials\":" + scenario.credentials() + "}",
                        200)
                .json();
        expect(captured.path("connection_id").asText().equals(id), "connection_id is that of step 1");
        expect(captured.path("status").asText().equals("success"), "status is success");
        expect(
                captured.path("redirect_url")
                        .asText()
                        .equals(value("RETURN_URL") + "?status=success&connection_id=" + id),
                "redirect_url is the return_url with status and connection_id");

        JsonNode checked = step("4. Verify the connection is active", "GET", "/v1/check-connection/" + id, null, 200)
                .json();
        expect(checked.path("status").asText().equals("active"), "the connection is active");

        JsonNode token =
                step("Fetch the token", "GET", "/v1/token/" + id, null, 200).json();
        expect(
                token.path("credentials").toString().equals(scenario.credentials()),
                "the credentials are the captured ones");
        expect(
                token.path("strategy").path("type").asText().equals(scenario.strategy()),
                "the strategy is " + scenario.strategy());

        String refused = step("A static connection cannot be refreshed", "POST", "/v1/refresh/" + id, null, 400)
                .json()
                .toString();
        expect(refused.equals(REFRESH_REFUSED), "the error is " + REFRESH_REFUSED);
        use(scenario, id);
    }

    /** Sends a request to a provider on this machine, which responds with the received request. */
    private void use(Scenario scenario, String id) throws IOException, InterruptedException {
        try (EchoProvider provider = EchoProvider.start();
                Bridge bridge = Bridge.of(value("GATEWAY_URL"), value("API_KEY"))) {
            out.println("── Use the credential through the Bridge");
            out.println("GET " + provider.url() + "/v1/me");
            HttpResponse<String> answer = bridge.connection(id)
                    .send(
                            HttpRequest.newBuilder(URI.create(provider.url() + "/v1/me"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            String received = provider.authorization();
            out.println("→ " + answer.statusCode() + ". The provider received:");
            out.println(answer.body());
            out.println();
            out.flush();
            expect(
                    received.equals(scenario.authorization()),
                    "the provider receives the credential as the strategy defines");
        }
    }

    private Http.Answer step(String title, String method, String path, @Nullable String body, int status)
            throws IOException, InterruptedException {
        out.println("── " + title);
        out.println(method + " " + path);
        if (body != null) {
            out.println(body);
        }
        Http.Answer answer = http.send(method, path, body);
        out.println("→ " + answer.status());
        out.println(answer.pretty());
        out.println();
        out.flush();
        expect(answer.status() == status, "the status is " + status);
        return answer;
    }

    private static void expect(boolean isTrue, String expectation) {
        if (!isTrue) {
            throw new LauncherException("The walk failed. Expected: " + expectation + ".");
        }
    }

    private String value(String name) {
        String value = env.get(name);
        if (value == null) {
            throw new IllegalStateException(name + " is not set");
        }
        return value;
    }
}
