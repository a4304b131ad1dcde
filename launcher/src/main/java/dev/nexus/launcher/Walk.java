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
 * The flow, step by step, over real HTTP: prints each request and response, holds each against the document, and uses the
 * credential in the end.
 */
public final class Walk {

    private static final String REFRESH_REFUSED =
            "{\"error\":\"static_token\",\"message\":\"This connection uses a static token and cannot be refreshed\"}";

    private final Http http;
    private final PrintWriter out;
    private final Map<String, String> env;

    /**
     * A walk to come.
     *
     * @param env GATEWAY_URL, API_KEY, API_KEY_PROVIDER_ID, BASIC_PROVIDER_ID and RETURN_URL; DEMO_PROVIDER_ID if there is a demo vendor
     */
    public Walk(Map<String, String> env, PrintWriter out) {
        this.env = Map.copyOf(env);
        this.http = new Http(value("GATEWAY_URL"), value("API_KEY"));
        this.out = out;
    }

    /** One provider's part of the walk. */
    private record Leg(String provider, String schema, String credentials, String strategy, String authorization) {}

    /** All providers; throws a {@link LauncherException} that says what was not as it should be. */
    public void run() throws IOException, InterruptedException {
        walk(new Leg(
                value("API_KEY_PROVIDER_ID"),
                """
                {"type":"object","required":["api_key"],\
                "properties":{"api_key":{"type":"string","title":"Personal Access Token"}}}""",
                "{\"api_key\":\"pat_abc123xyz\"}",
                "header",
                "Bearer pat_abc123xyz"));
        walk(new Leg(
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
        out.println("The walk is complete: every step answered as it should.");
        out.flush();
    }

    /** A key that the vendor of the provider rejects, then one that it accepts, with the same state. */
    private void verify(String provider) throws IOException, InterruptedException {
        JsonNode begun = step(
                        "Connect to a vendor that the Broker asks about the key",
                        "POST",
                        "/v1/request-connection",
                        beginning(provider),
                        200)
                .json();
        String id = begun.path("connection_id").asText();
        String state = state(begun);
        JsonNode rejected = step(
                        "The vendor rejects the key",
                        "POST",
                        "/v1/capture-credential",
                        submitting(state, "bad_key"),
                        422)
                .json();
        expect(rejected.path("error").asText().equals("credentials_rejected"), "the error is credentials_rejected");
        step("The vendor accepts another key", "POST", "/v1/capture-credential", submitting(state, "good_key"), 200);
        JsonNode checked = step("The connection is verified", "GET", "/v1/check-connection/" + id, null, 200)
                .json();
        expect(checked.at("/verification/status").asText().equals("verified"), "the connection is verified");
    }

    private String beginning(String provider) {
        return "{\"workspace_id\":\"user_abc\",\"provider_id\":\"" + provider + "\",\"return_url\":\""
                + value("RETURN_URL") + "\"}";
    }

    private static String submitting(String state, String key) {
        return "{\"state\":\"" + state + "\",\"credentials\":{\"api_key\":\"" + key + "\"}}";
    }

    private String state(JsonNode begun) {
        String authUrl = begun.path("auth_url").asText();
        expect(authUrl.contains("/auth/capture-schema?state="), "auth_url holds the state");
        return authUrl.substring(authUrl.indexOf("state=") + 6);
    }

    private void walk(Leg leg) throws IOException, InterruptedException {
        JsonNode begun = step(
                        "1. Initiate the connection", "POST", "/v1/request-connection", beginning(leg.provider()), 200)
                .json();
        String id = begun.path("connection_id").asText();
        String state = state(begun);

        String schema = step("2. Fetch the credential schema", "GET", "/v1/capture-schema?state=" + state, null, 200)
                .json()
                .toString();
        expect(schema.equals(leg.schema()), "the schema is the document's, in its order");

        JsonNode captured = step(
                        "3. Submit the credentials",
                        "POST",
                        "/v1/capture-credential",
                        "{\"state\":\"" + state + "\",\"credentials\":" + leg.credentials() + "}",
                        200)
                .json();
        expect(captured.path("connection_id").asText().equals(id), "the connection is the one that was begun");
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
        expect(token.path("credentials").toString().equals(leg.credentials()), "the credentials are what was captured");
        expect(
                token.path("strategy").path("type").asText().equals(leg.strategy()),
                "the strategy is " + leg.strategy());

        String refused = step("A static connection cannot be refreshed", "POST", "/v1/refresh/" + id, null, 400)
                .json()
                .toString();
        expect(refused.equals(REFRESH_REFUSED), "the refusal is the document's");
        use(leg, id);
    }

    /** A request to a provider on this machine, which says what arrived. */
    private void use(Leg leg, String id) throws IOException, InterruptedException {
        try (EchoProvider provider = EchoProvider.start();
                Bridge bridge = Bridge.of(value("GATEWAY_URL"), value("API_KEY"))) {
            out.println("── Use the credential through the Bridge");
            out.println("GET " + provider.url() + "/v1/me");
            HttpResponse<String> answer = bridge.connection(id)
                    .send(
                            HttpRequest.newBuilder(URI.create(provider.url() + "/v1/me"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            String arrived = provider.authorization();
            out.println("→ " + answer.statusCode() + ", and the provider says what arrived:");
            out.println(answer.body());
            out.println();
            out.flush();
            expect(arrived.equals(leg.authorization()), "the provider gets the credential as its strategy says");
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
        expect(answer.status() == status, "the answer is " + status);
        return answer;
    }

    private static void expect(boolean holds, String what) {
        if (!holds) {
            throw new LauncherException("The walk failed. It should hold that " + what + ".");
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
