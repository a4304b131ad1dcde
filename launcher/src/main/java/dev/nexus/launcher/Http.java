package dev.nexus.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Sends requests to the Gateway with an API key. */
public final class Http {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final int UNAVAILABLE = 503;
    private static final int MAX_ATTEMPTS = 10;

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String gatewayUrl;
    private final String apiKey;

    public Http(String gatewayUrl, String apiKey) {
        this.gatewayUrl = gatewayUrl;
        this.apiKey = apiKey;
    }

    /** A response. */
    public record Answer(int status, String body) {

        /** Parses the body. */
        public JsonNode json() throws IOException {
            return JSON.readTree(body);
        }

        String pretty() throws IOException {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json());
        }
    }

    /**
     * Sends a request, with {@code body} as JSON unless it is null. If the answer is 503, sends the request again after
     * a second, up to nine times: on a slow machine, the first requests after the start can take too long.
     */
    public Answer send(String method, String path, @Nullable String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gatewayUrl + path))
                .timeout(Duration.ofSeconds(10))
                .header("X-API-Key", apiKey)
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        for (int attempt = 1; response.statusCode() == UNAVAILABLE && attempt < MAX_ATTEMPTS; attempt++) {
            TimeUnit.SECONDS.sleep(1);
            response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
        return new Answer(response.statusCode(), response.body());
    }
}
