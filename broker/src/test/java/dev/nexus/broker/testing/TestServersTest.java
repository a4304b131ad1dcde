package dev.nexus.broker.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestServersTest {

    @TempDir
    private Path folder;

    /** An engine's response to GET /version, with a nested Version that must not be read. */
    private static final String VERSION =
            "{\"Components\":[{\"Name\":\"Engine\",\"Version\":\"1\"}],\"Version\":\"26.1.5\"}";

    private static HttpServer server(int status, String body) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 5);
        server.createContext("/version", exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static Optional<String> at(int port) {
        return Optional.of("tcp://127.0.0.1:" + port);
    }

    @Test
    void a_responding_engine_is_used() throws IOException {
        HttpServer engine = server(200, VERSION);

        TestServers.Choice choice =
                TestServers.choose("", at(engine.getAddress().getPort()));

        engine.stop(0);
        assertThat(choice.inContainers()).isTrue();
        assertThat(choice.message()).isEqualTo("Tests use PostgreSQL 18 and Vault 1.20 in containers (Docker 26.1.5)");
    }

    @Test
    void without_an_engine_the_local_servers_are_used() throws IOException {
        HttpServer other = server(404, "not an engine");
        int refused;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            refused = closed.getLocalPort();
        }
        for (Optional<String> host : List.of(
                Optional.of("unix://" + folder.resolve("docker.sock")),
                Optional.of("not an address"),
                at(refused),
                at(other.getAddress().getPort()))) {
            TestServers.Choice choice = TestServers.choose("", host);

            assertThat(choice.inContainers()).as("%s", host).isFalse();
            assertThat(choice.message())
                    .isEqualTo("Tests use the embedded PostgreSQL 18 and the vault on PATH: no Docker engine answers");
        }
        other.stop(0);
    }

    @Test
    void a_server_that_never_answers_is_not_an_engine() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThat(DockerEngine.version(at(silent.getLocalPort()), Duration.ofMillis(100)))
                    .isEmpty();
        }
    }

    @Test
    void never_ignores_an_engine_and_required_needs_one() throws IOException {
        HttpServer engine = server(200, VERSION);
        Optional<String> answering = at(engine.getAddress().getPort());
        Optional<String> absent = Optional.of("unix://" + folder.resolve("docker.sock"));

        assertThat(TestServers.choose("never", answering).inContainers()).isFalse();
        assertThat(TestServers.choose("required", answering).inContainers()).isTrue();
        assertThatIllegalStateException()
                .isThrownBy(() -> TestServers.choose("required", absent))
                .withMessageContaining("NEXUS_TEST_CONTAINERS")
                .withMessageContaining("DOCKER_HOST");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TestServers.choose("always", answering))
                .withMessageContaining("NEXUS_TEST_CONTAINERS");
        engine.stop(0);
    }

    @Test
    void the_server_has_the_printed_version() throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            assertThat(server.query("show server_version")).startsWith(TestServers.POSTGRES_VERSION + ".");
            assertThat(server.query("show is_superuser")).isEqualTo("on");
            assertThat(server.query("show shared_preload_libraries")).isEqualTo("pg_stat_statements");
            assertThat(server.query("show max_connections")).isEqualTo("300");
        }
    }
}
