package dev.nexus.e2e.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.launcher.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/**
 * The response of {@code /q/health/ready}, with one of its checks.
 *
 * @param status the HTTP status: 200 or 503
 * @param data the details of the check
 */
public record Health(int status, JsonNode data) {

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Reads the check of the service now.
     *
     * @throws IOException if the service does not answer
     */
    public static Health of(ServiceProcess service, String check) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + service.managementPort() + "/q/health/ready");
        HttpResponse<String> answer =
                HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        for (JsonNode one : JSON.readTree(answer.body()).path("checks")) {
            if (one.path("name").asText().equals(check)) {
                return new Health(answer.statusCode(), one.path("data"));
            }
        }
        throw new AssertionError("no check " + check + " in " + answer.body());
    }

    /** The text of a detail; empty if it is missing. */
    public String detail(String name) {
        return data.path(name).asText();
    }
}
