package dev.nexus.broker.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nexus.broker.testing.NameServer;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** DNS lookups at a name server that answers, loses queries, or is silent. */
class HostAddressesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setWorkerPoolSize(1));
    private final NameServer server = NameServer.start();
    private final HostAddresses names = new HostAddresses(vertx, server.provider());

    @AfterEach
    void close() {
        names.close();
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private List<String> resolve(String host) {
        return names.of(host).await().atMost(PATIENCE).stream()
                .map(InetAddress::getHostAddress)
                .toList();
    }

    @Test
    void all_ipv4_and_ipv6_addresses_of_exactly_the_name_are_found() {
        server.answer("api.example.org", "192.0.2.1", "192.0.2.2", "2001:db8::1");

        List<String> addresses = resolve("api.example.org");

        assertThat(addresses).containsExactlyInAnyOrder("192.0.2.1", "192.0.2.2", "2001:db8:0:0:0:0:0:1");
        assertThat(server.queried()).containsOnly("api.example.org");
    }

    @Test
    void a_name_in_the_hosts_file_needs_no_name_server() {
        assertThat(resolve("localhost")).contains("127.0.0.1");
        assertThat(server.queried()).isEmpty();
    }

    @Test
    void a_name_without_an_address_is_unknown_and_no_search_domain_is_used() {
        server.answer("acme.example.org");

        assertThat(catchThrowable(() -> resolve("acme.example.org")).getCause())
                .isInstanceOf(UnknownHostException.class);
        assertThat(server.queried()).containsOnly("acme.example.org");
    }

    @Test
    void a_lost_query_is_retried() {
        server.answer("api.example.org", "192.0.2.1");
        server.lose(2);

        assertThat(resolve("api.example.org")).containsExactly("192.0.2.1");
    }

    @Test
    void a_silent_name_server_causes_a_timeout_and_blocks_no_thread() throws Exception {
        List<CompletableFuture<List<InetAddress>>> lookups = IntStream.range(0, 300)
                .mapToObj(i ->
                        names.of("silent-" + i + ".example.org").subscribe().asCompletionStage())
                .toList();

        // The pool has only one worker. A blocking lookup would occupy it for minutes.
        String free = vertx.executeBlocking(() -> "free")
                .toCompletionStage()
                .toCompletableFuture()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

        assertThat(free).isEqualTo("free");
        assertThat(lookups)
                .allSatisfy(lookup -> assertThat(failure(lookup))
                        .isInstanceOfAny(TimeoutException.class, UnknownHostException.class));
    }

    private static Throwable failure(CompletableFuture<List<InetAddress>> lookup) {
        Uni<List<InetAddress>> done = Uni.createFrom().completionStage(lookup);
        Throwable failure = catchThrowable(() -> done.await().atMost(PATIENCE));
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
