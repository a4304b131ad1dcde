package dev.nexus.e2e.support;

import static io.restassured.RestAssured.given;

import io.restassured.config.EncoderConfig;
import io.restassured.config.HttpClientConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.UUID;
import org.awaitility.Awaitility;

/** A backend with one API key that calls the Gateway's public API over HTTP. */
public record Backend(String gatewayUrl, String apiKey) {

    public static final String RETURN_URL = "https://your-app.com/connections/callback";

    private static final RestAssuredConfig CONFIG = RestAssuredConfig.config()
            .httpClient(HttpClientConfig.httpClientConfig()
                    .setParam("http.connection.timeout", 5_000)
                    .setParam("http.socket.timeout", 15_000));

    /** For requests whose Content-Type must be sent unchanged. */
    public static final RestAssuredConfig AS_TYPED = CONFIG.encoderConfig(
            EncoderConfig.encoderConfig().appendDefaultContentCharsetToContentTypeIfUndefined(false));

    /** A requested connection: its id and its state. */
    public record Begun(String id, String state) {}

    public static String workspace() {
        return "workspace-" + UUID.randomUUID();
    }

    public RequestSpecification request() {
        return given().config(CONFIG)
                .baseUri(gatewayUrl)
                .urlEncodingEnabled(true)
                .header("X-API-Key", apiKey);
    }

    public Response request(String workspace, String provider, String returnUrl) {
        return post(
                "/v1/request-connection",
                "{\"workspace_id\":\"" + workspace + "\",\"provider_id\":\"" + provider + "\",\"return_url\":\""
                        + returnUrl.replace("\\", "\\\\").replace("\"", "\\\"") + "\"}");
    }

    public Begun begin(String workspace) {
        return begin(workspace, "api-key");
    }

    public Begun begin(String workspace, String provider) {
        return begun(request(workspace, provider, RETURN_URL));
    }

    public static Begun begun(Response response) {
        response.then().statusCode(200);
        String authUrl = response.path("auth_url");
        return new Begun(response.path("connection_id"), authUrl.substring(authUrl.indexOf("state=") + 6));
    }

    public Response schema(String state) {
        return request().queryParam("state", state).get("/v1/capture-schema");
    }

    public Response capture(String state, String credentials) {
        return post("/v1/capture-credential", "{\"state\":\"" + state + "\",\"credentials\":" + credentials + "}");
    }

    public Response captureKey(String state, String key) {
        return capture(state, "{\"api_key\":\"" + key + "\"}");
    }

    /** Requests a connection, captures its credential and returns the id of the active connection. */
    public String connect(String workspace, String key) {
        Begun begun = begin(workspace);
        captureKey(begun.state(), key).then().statusCode(200);
        return begun.id();
    }

    public Response check(String id) {
        return request().get("/v1/check-connection/{id}", id);
    }

    /**
     * Submits a credential until the status is not 503, for at most 30 seconds. Returns this status.
     *
     * <p>The Broker sheds load with 503 if its pool is busy. A caller must then retry.
     */
    public int captureWithRetries(String state, String key) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> captureKey(state, key).statusCode(), status -> status != 503);
    }

    /** Waits until requests succeed: after a restart of the Broker, the Gateway's first request can fail. */
    public void awaitAnswer(String id) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> check(id).statusCode() == 200);
    }

    public Response token(String id) {
        return request().get("/v1/token/{id}", id);
    }

    public Response refresh(String id) {
        return request().post("/v1/refresh/{id}", id);
    }

    public Response revoke(String id) {
        return request().delete("/v1/connections/{id}", id);
    }

    public Response post(String path, String body) {
        return request().contentType(ContentType.JSON).body(body).post(path);
    }
}
