package dev.nexus.broker.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Finds the Docker engine that Testcontainers would use. Testcontainers' own search waits up to ten seconds for an
 * address that does not answer, and logs stack traces.
 */
final class DockerEngine {

    private static final int CONNECT_MILLIS = 700;

    private DockerEngine() {}

    /**
     * The version of the first engine that answers. Without {@code dockerHost}, tries the sockets that Testcontainers
     * tries: those of Docker, rootless Docker and Docker Desktop.
     *
     * @param dockerHost an address as in DOCKER_HOST, without TLS
     * @param patience the time-out of all calls together; a busy machine is slow
     */
    static Optional<String> version(Optional<String> dockerHost, Duration patience) {
        return CompletableFuture.supplyAsync(() -> dockerHost
                        .map(Stream::of)
                        .orElseGet(DockerEngine::sockets)
                        .map(DockerEngine::requestVersion)
                        .flatMap(Optional::stream)
                        .findFirst())
                .completeOnTimeout(Optional.empty(), patience.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    private static Stream<String> sockets() {
        Path home = Path.of(System.getProperty("user.home"));
        return Stream.concat(
                        Stream.of(
                                Path.of("/var/run/docker.sock"),
                                home.resolve(".docker/run/docker.sock"),
                                home.resolve(".docker/desktop/docker.sock")),
                        Stream.ofNullable(System.getenv("XDG_RUNTIME_DIR"))
                                .map(folder -> Path.of(folder, "docker.sock")))
                .filter(Files::exists)
                .map(socket -> "unix://" + socket);
    }

    /** Uses HTTP/1.0 on a socket channel, because Java's HTTP client does not support Unix sockets. */
    private static Optional<String> requestVersion(String host) {
        try (SocketChannel channel = connect(URI.create(host))) {
            channel.write(ByteBuffer.wrap("GET /version HTTP/1.0\r\nHost: docker\r\n\r\n".getBytes(US_ASCII)));
            String answer = new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
            return Optional.ofNullable(
                    new JsonObject(answer.substring(answer.indexOf("\r\n\r\n"))).getString("Version"));
        } catch (IOException | RuntimeException none) {
            // The connection was refused, or the server is not a Docker engine.
            return Optional.empty();
        }
    }

    private static SocketChannel connect(URI host) throws IOException {
        if ("unix".equals(host.getScheme())) {
            return SocketChannel.open(UnixDomainSocketAddress.of(host.getPath()));
        }
        SocketChannel channel = SocketChannel.open();
        channel.socket().connect(new InetSocketAddress(host.getHost(), host.getPort()), CONNECT_MILLIS);
        return channel;
    }
}
