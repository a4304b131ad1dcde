package dev.nexus.broker.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.SqlConnectOptions;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DatabaseServersTest {

    private static final InetSocketAddress A = InetSocketAddress.createUnresolved("a.example.com", 5432);
    private static final InetSocketAddress B = InetSocketAddress.createUnresolved("b.example.com", 5432);

    private Optional<String> password = Optional.empty();
    private long now = Long.MAX_VALUE - 1;
    private final DatabaseServers servers = new DatabaseServers(
            List.of(
                    PgConnectOptions.fromUri("postgresql://a.example.com:5432/nexus")
                            .setPassword("configured"),
                    PgConnectOptions.fromUri("postgresql://b.example.com:5432/nexus")),
            () -> password,
            () -> now);

    private String next() {
        return servers.get().result().getHost();
    }

    private void pass(int millis) {
        now += Duration.ofMillis(millis).toNanos();
    }

    @Test
    void all_connections_go_to_the_first_server_while_it_is_the_primary() {
        for (int i = 0; i < 3; i++) {
            assertThat(next()).isEqualTo("a.example.com");
            assertThat(next()).isEqualTo("a.example.com");
            servers.recordPrimary(A, 1);
            pass(10_000);
        }
    }

    @Test
    void the_next_server_is_tried_if_no_attempt_has_succeeded_in_time() {
        next();
        pass(500);
        assertThat(next()).isEqualTo("a.example.com");

        pass(200);

        assertThat(next()).isEqualTo("b.example.com");
        pass(700);
        assertThat(next()).isEqualTo("a.example.com");
    }

    @Test
    void the_server_that_is_the_primary_gets_all_connections() {
        next();

        servers.recordPrimary(B, 1);

        assertThat(next()).isEqualTo("b.example.com");
    }

    @Test
    void a_server_that_is_not_the_primary_is_left_at_once() {
        servers.recordNotPrimary(A);
        servers.recordNotPrimary(A);

        assertThat(next()).isEqualTo("b.example.com");
    }

    @Test
    void an_old_failure_does_not_make_the_broker_try_the_next_server() {
        next();
        pass(10_000);

        assertThat(next()).isEqualTo("a.example.com");

        pass(700);
        assertThat(next()).isEqualTo("b.example.com");
    }

    @Test
    void a_late_connection_to_the_previous_server_does_not_replace_the_accepted_one() {
        next();
        pass(700);
        next();
        servers.recordPrimary(B, 1);
        next();

        boolean late = servers.recordPrimary(A, 1);

        assertThat(late).isFalse();
        assertThat(next()).isEqualTo("b.example.com");
        assertThat(servers.isOther(A)).isTrue();
        assertThat(servers.isOther(B)).isFalse();
    }

    @Test
    void a_slow_server_is_accepted_while_no_other_server_has_been() {
        next();
        pass(700);
        next();

        boolean late = servers.recordPrimary(A, 1);

        assertThat(late).isTrue();
        assertThat(next()).isEqualTo("a.example.com");
    }

    @Test
    void a_server_with_an_old_timeline_is_refused_and_one_with_a_new_timeline_replaces_the_accepted_one() {
        servers.recordPrimary(A, 1);

        assertThat(servers.recordPrimary(B, 2)).isTrue();

        assertThat(next()).isEqualTo("b.example.com");
        assertThat(servers.recordPrimary(A, 1)).isFalse();
        servers.recordNotPrimary(B);
        assertThat(servers.recordPrimary(A, 1)).isFalse();
        assertThat(servers.recordPrimary(A, 2)).isTrue();
    }

    @Test
    void each_connection_gets_all_options_of_its_server() {
        PgConnectOptions server = PgConnectOptions.fromUri("postgresql://a.example.com:5432/nexus?sslmode=require")
                .setUseLayer7Proxy(true)
                .setPipeliningLimit(7)
                .setCachePreparedStatements(true)
                .setPreparedStatementCacheSqlLimit(5)
                .setConnectTimeout(123)
                .addProperty("application_name", "nexus-broker");

        SqlConnectOptions options = new DatabaseServers(List.of(server), Optional::empty, () -> now)
                .get()
                .result();

        assertThat(options).usingRecursiveComparison().isEqualTo(server);
    }

    @Test
    void each_connection_gets_the_current_password() {
        assertThat(servers.get().result()).hasFieldOrPropertyWithValue("password", "configured");

        password = Optional.of("rotated");

        assertThat(servers.get().result()).hasFieldOrPropertyWithValue("password", "rotated");
    }
}
