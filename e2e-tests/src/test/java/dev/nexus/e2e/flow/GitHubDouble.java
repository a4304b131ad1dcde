package dev.nexus.e2e.flow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.Matchers.oneOf;

import com.sun.net.httpserver.HttpServer;
import dev.nexus.e2e.support.Backend;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A provider on this machine that answers GET /user like GitHub and accepts tokens that begin with {@code ghp_good}.
 */
final class GitHubDouble implements AutoCloseable {

    static final String SLUG = "github-double";

    private final HttpServer server;
    private final List<String> authorizations = new CopyOnWriteArrayList<>();

    private GitHubDouble(HttpServer server) {
        this.server = server;
    }

    static GitHubDouble start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        GitHubDouble github = new GitHubDouble(server);
        server.createContext("/user", exchange -> {
            try (exchange) {
                String authorization = exchange.getRequestHeaders().getFirst("Authorization");
                github.authorizations.add(String.valueOf(authorization));
                boolean good = authorization != null && authorization.startsWith("Bearer ghp_good");
                byte[] body = (good ? "{\"login\":\"octocat\"}" : "{\"message\":\"Bad credentials\"}").getBytes(UTF_8);
                exchange.sendResponseHeaders(good ? 200 : 401, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        return github;
    }

    /**
     * Registers this provider for the tenant of {@code backend}, without a verification, because it is on localhost.
     */
    void register(Backend backend) {
        backend.request()
                .contentType(ContentType.JSON)
                .body("""
                        {"name":"GitHub","auth_type":"api_key","allowed_hosts":["localhost"],
                         "credential_schema":{"type":"object","required":["api_key"],"properties":{"api_key":{
                          "type":"string","title":"Personal access token","format":"password","pattern":"^ghp_[!-~]+$",
                          "description":"Made in GitHub under Settings, Developer settings, Personal access tokens."}}},
                         "documentation_url":"https://docs.github.com/en/rest/authentication",
                         "strategy":{"type":"header","config":{"header_name":"Authorization","value_prefix":"Bearer "}}}""")
                .put("/v1/providers/" + SLUG)
                .then()
                .statusCode(oneOf(200, 201));
    }

    /** Returns the example backend's settings for this provider. */
    Map<String, String> settings() {
        return Map.of(
                "example.provider",
                SLUG,
                "example.requests." + SLUG + ".url",
                "http://localhost:" + server.getAddress().getPort() + "/user",
                "example.requests." + SLUG + ".shows",
                "login");
    }

    /** Returns the received Authorization headers in their order. */
    List<String> authorizations() {
        return List.copyOf(authorizations);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
