package dev.nexus.e2e.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.nexus.e2e.flow.ConcurrentCaptureIT;
import dev.nexus.e2e.flow.ConnectionFlowIT;
import dev.nexus.e2e.flow.CredentialBodyIT;
import dev.nexus.e2e.flow.ProvidersIT;
import dev.nexus.e2e.flow.StateIT;
import dev.nexus.e2e.flow.StrategiesIT;
import dev.nexus.e2e.resilience.SideBySide.Pair;
import dev.nexus.e2e.security.ReturnUrlIT;
import dev.nexus.e2e.security.TenantAndScopeIT;
import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Backend.Begun;
import dev.nexus.e2e.support.NeedsOnPath;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.e2e.support.PreviousRelease;
import dev.nexus.launcher.ServiceProcess;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** The previous release and this build with one database, as during an upgrade and after a rollback. */
@NeedsOnPath({"git", "tar", "mvn", "haproxy"})
@ExtendWith(PreviousRelease.InHistory.class)
@Tag("soak")
class SideBySideIT {

    /**
     * The tests of the API.
     *
     * <p>The list does not include tests of one process: RequestChecksIT (its sockets, and a rate for each Gateway) and
     * MutualTlsIT. It does not include tests that start a separate Nexus either.
     */
    private static final List<Class<?>> API_TESTS = List.of(
            ConnectionFlowIT.class,
            StateIT.class,
            ConcurrentCaptureIT.class,
            TenantAndScopeIT.class,
            CredentialBodyIT.class,
            ReturnUrlIT.class,
            ProvidersIT.class,
            StrategiesIT.class);

    private static SideBySide both;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        both = SideBySide.start();
    }

    @AfterAll
    static void end() {
        if (both != null) {
            both.close();
        }
    }

    static Stream<Arguments> pairsOfPairs() {
        return both.pairs().stream().flatMap(one -> both.pairs().stream().map(other -> Arguments.of(one, other)));
    }

    static List<Pair> pairs() {
        return both.pairs();
    }

    @ParameterizedTest
    @MethodSource("pairsOfPairs")
    void state_of_one_version_is_accepted_by_the_other_and_both_read_the_credential(Pair one, Pair other) {
        String workspace = Backend.workspace();
        String key = "key-" + UUID.randomUUID();
        Begun begun = one.acme().begin(workspace);

        other.acme().schema(begun.state()).then().statusCode(200).body("required", hasItem("api_key"));
        other.acme().captureKey(begun.state(), key).then().statusCode(200).body("status", equalTo("success"));

        for (Pair pair : List.of(one, other)) {
            pair.acme().check(begun.id()).then().statusCode(200).body("status", equalTo("active"));
            pair.acme().token(begun.id()).then().statusCode(200).body("credentials.api_key", equalTo(key));
            pair.acme()
                    .captureKey(begun.state(), "again")
                    .then()
                    .statusCode(409)
                    .body("error", equalTo("state_used"));
            pair.acme().refresh(begun.id()).then().statusCode(400).body("error", equalTo("static_token"));
        }
        assertThat(one.acme().check(begun.id()).asString())
                .isEqualTo(other.acme().check(begun.id()).asString());
    }

    @ParameterizedTest
    @MethodSource("pairsOfPairs")
    void changes_of_one_version_are_visible_in_the_other(Pair one, Pair other) {
        String workspace = Backend.workspace();
        String previous = one.acme().connect(workspace, "previous");
        String successor = other.acme().connect(workspace, "successor");

        one.acme().check(previous).then().body("status", equalTo("superseded")).body("replaced_by", equalTo(successor));
        one.acme()
                .token(previous)
                .then()
                .body("credentials.api_key", equalTo("previous"))
                .body("replaced_by", equalTo(successor));
        for (Pair pair : List.of(one, other)) {
            assertThat(pair.acme()
                            .request()
                            .queryParam("workspace_id", workspace)
                            .get("/v1/connections")
                            .<List<String>>path("connections.connection_id"))
                    .containsExactly(successor, previous);
        }

        one.acme().revoke(successor).then().statusCode(204);

        other.acme().check(successor).then().body("status", equalTo("revoked"));
        other.acme().token(successor).then().statusCode(409).body("error", equalTo("connection_not_active"));
        for (Pair pair : List.of(one, other)) {
            assertThat(pair.acme()
                            .request()
                            .queryParam("connection_id", successor)
                            .get("/v1/audit-events")
                            .<List<String>>path("events.action"))
                    .contains("connection.requested", "connection.activated", "connection.revoked");
        }
    }

    @ParameterizedTest
    @MethodSource("pairsOfPairs")
    void provider_of_one_version_is_usable_and_changeable_in_the_other(Pair one, Pair other) {
        String slug = "own-" + UUID.randomUUID().toString().substring(0, 8);
        String definition = """
                {"name": "Own", "auth_type": "api_key", "strategy": {"type": "header"},
                 "credential_schema": {"type": "object", "required": ["api_key"],
                                       "properties": {"api_key": {"type": "string"}}}}
                """;

        String made =
                put(one, slug, definition).then().statusCode(201).extract().header("ETag");
        other.acme()
                .request()
                .get("/v1/providers/" + slug)
                .then()
                .statusCode(200)
                .header("ETag", equalTo(made));
        Begun begun = other.acme().begin(Backend.workspace(), slug);
        put(other, slug, definition.replace("\"Own\"", "\"Changed\"")).then().statusCode(200);

        one.acme().captureKey(begun.state(), "k").then().statusCode(200);
        one.acme().check(begun.id()).then().body("provider.name", equalTo("Changed"));
        one.acme().token(begun.id()).then().body("credentials.api_key", equalTo("k"));
    }

    private static io.restassured.response.Response put(Pair pair, String slug, String definition) {
        return pair.acme()
                .request()
                .contentType(ContentType.JSON)
                .body(definition)
                .put("/v1/providers/" + slug);
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void credential_captured_before_the_upgrade_is_readable(Pair pair) {
        pair.acme()
                .token(both.beforeTheUpgrade())
                .then()
                .statusCode(200)
                .body("credentials.api_key", equalTo("before-the-upgrade"));
    }

    @Test
    void api_tests_pass_with_requests_spread_over_all_pairs() {
        List<Long> before = both.pairs().stream()
                .map(pair -> Replicas.answeredRequests(pair.gateway()))
                .toList();
        SummaryGeneratingListener summary = new SummaryGeneratingListener();

        NexusExtension.lend(
                both.nexus(),
                both.balancedUrl(),
                () -> LauncherFactory.create()
                        .execute(
                                LauncherDiscoveryRequestBuilder.request()
                                        .selectors(API_TESTS.stream()
                                                .map(DiscoverySelectors::selectClass)
                                                .toList())
                                        .filters(TagFilter.excludeTags("soak", PreviousRelease.NEW))
                                        .build(),
                                summary));

        assertThat(summary.getSummary().getFailures()).isEmpty();
        assertThat(summary.getSummary().getTestsSkippedCount()).isZero();
        assertThat(summary.getSummary().getTestsSucceededCount()).isGreaterThan(API_TESTS.size());
        for (int i = 0; i < before.size(); i++) {
            assertThat(Replicas.answeredRequests(both.pairs().get(i).gateway()) - before.get(i))
                    .isGreaterThan(50);
        }
        System.out.printf(
                "Side by side with %s: %d tests of %d classes through four pairs, 0 failed%n",
                PreviousRelease.COMMIT, summary.getSummary().getTestsSucceededCount(), API_TESTS.size());
    }

    @Test
    void brokers_of_both_versions_restart_on_a_database_that_a_later_version_migrated() throws Exception {
        NexusExtension.sql(both.nexus(), """
                insert into flyway_schema_history
                    (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success)
                select max(installed_rank) + 1, '999', 'later', 'SQL', 'V999__later.sql', 1, current_user, 1, true
                from flyway_schema_history
                """);
        try {
            for (ServiceProcess broker : both.brokers()) {
                broker.close();
                broker.restart();
                broker.awaitReady();
            }

            for (Pair pair : both.pairs()) {
                // After the restart of a Broker, the first request of a Gateway can fail.
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> pair.acme().check(both.beforeTheUpgrade()).statusCode() == 200);
                String id = pair.acme().connect(Backend.workspace(), "after");
                pair.acme().token(id).then().statusCode(200).body("credentials.api_key", equalTo("after"));
            }
        } finally {
            NexusExtension.sql(both.nexus(), "delete from flyway_schema_history where version = '999'");
        }
    }
}
