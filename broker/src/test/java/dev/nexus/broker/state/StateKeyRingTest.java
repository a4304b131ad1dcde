package dev.nexus.broker.state;

import static dev.nexus.broker.testing.Flow.await;
import static dev.nexus.broker.testing.Flow.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.cipher.CredentialCipher;
import dev.nexus.broker.cipher.UnreadableValues;
import dev.nexus.broker.database.DatabaseErrors;
import dev.nexus.broker.state.StateTokens.IssuedState;
import dev.nexus.broker.state.StateTokens.StateSubject;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.contracts.ErrorCode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several rings on one database are several replicas of the Broker. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class StateKeyRingTest {

    private static final UUID CONNECTION = UUID.randomUUID();

    @Inject
    StateKeyStatements statements;

    @Inject
    CredentialCipher cipher;

    @Inject
    DatabaseErrors databaseErrors;

    @Inject
    UnreadableValues unreadable;

    @Inject
    StateConfig config;

    @Inject
    StateKeyRing applications;

    @Inject
    Flow flow;

    @Inject
    Vertx vertx;

    /** What a test has deleted, the application's own ring would sign with until its next look. */
    @AfterEach
    void let_the_application_look_again() {
        await(applications.scheduledRefresh());
    }

    private StateKeyRing replica(Duration rotateEvery, Duration publishAhead) {
        return new StateKeyRing(
                statements, cipher, rotateEvery, publishAhead, new SimpleMeterRegistry(), databaseErrors, unreadable);
    }

    private StateKeyRing replica() {
        return replica(Duration.ofDays(1), Duration.ofSeconds(5));
    }

    private StateTokens tokens(StateKeyRing ring) {
        return new StateTokens(ring, config);
    }

    private String issue(StateKeyRing ring) {
        return await(tokens(ring).issue("acme", CONNECTION, Instant.now())).token();
    }

    @Test
    void replicas_that_start_at_once_on_an_empty_ring_end_with_one_key() {
        flow.sql("delete from state_key");
        List<StateKeyRing> replicas =
                IntStream.range(0, 8).mapToObj(i -> replica()).toList();

        List<Uni<String>> kids =
                replicas.stream().map(ring -> ring.signing().map(StateKey::kid)).toList();

        assertThat(await(Uni.join().all(kids).andFailFast()))
                .containsOnly(await(replicas.get(0).signing()).kid());
        assertThat(flow.count("select count(*) from state_key")).isEqualTo(1);
    }

    @Test
    void every_replica_verifies_what_another_signed() {
        assertThat(await(tokens(replica()).verify(issue(replica())))).isEqualTo(new StateSubject("acme", CONNECTION));
    }

    @Test
    void a_new_key_signs_only_after_every_replica_has_had_time_to_see_it_and_the_old_one_still_verifies() {
        StateKeyRing rotating = replica(Duration.ofMillis(1), Duration.ofMillis(1));
        String before = issue(rotating);
        String former = await(rotating.signing()).kid();

        StateKeyRing publisher = replica(Duration.ofSeconds(10), Duration.ofSeconds(10));
        await(publisher.scheduledRefresh());
        await(publisher.scheduledRefresh());
        StateKeyRing other = replica();
        await(other.scheduledRefresh());

        String newest = newestKid();
        assertThat(newest).isNotEqualTo(former);
        assertThat(await(publisher.signing()).kid()).isNotEqualTo(newest);
        assertThat(await(other.verifying(newest))).isPresent();
        assertThat(await(tokens(other).verify(before))).isEqualTo(new StateSubject("acme", CONNECTION));
    }

    private String newestKid() {
        for (Row row : flow.sql("select kid from state_key order by signs_from desc limit 1")) {
            return row.getString(0);
        }
        throw new AssertionError("the ring is empty");
    }

    @Test
    void who_shares_a_look_at_the_ring_goes_on_in_a_context_of_its_own() {
        StateKeyRing ring = replica();
        await(ring.scheduledRefresh());
        Map<Context, Uni<Context>> asked = new HashMap<>();

        for (int i = 0; i < 4; i++) {
            Context request = VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
            CompletableFuture<Context> wentOnIn = new CompletableFuture<>();
            request.runOnContext(ignored -> ring.verifying("unknown")
                    .subscribe()
                    .with(none -> wentOnIn.complete(Vertx.currentContext()), wentOnIn::completeExceptionally));
            asked.put(request, Uni.createFrom().completionStage(wentOnIn));
        }

        asked.forEach((request, wentOnIn) -> assertThat(await(wentOnIn)).isSameAs(request));
    }

    @Test
    void a_key_made_elsewhere_is_found_when_a_state_names_it() {
        StateKeyRing held = replica();
        await(held.scheduledRefresh());
        flow.sql("delete from state_key");

        String elsewhere = issue(replica());

        assertThat(await(tokens(held).verify(elsewhere))).isEqualTo(new StateSubject("acme", CONNECTION));
    }

    @Test
    void a_flood_of_invented_names_costs_a_look_or_two() {
        flow.sql("create extension if not exists pg_stat_statements");
        StateKeyRing ring = replica();
        issue(ring);
        flow.sql("select pg_stat_statements_reset()");

        List<Uni<Boolean>> flood = IntStream.range(0, 500)
                .mapToObj(i -> ring.verifying("invented-" + i).map(key -> key.isPresent()))
                .toList();

        assertThat(await(Uni.join().all(flood).andFailFast())).containsOnly(false);
        // The application's own ring may look once in the meantime.
        assertThat(
                        flow.count(
                                "select coalesce(sum(calls), 0)::bigint from pg_stat_statements where query like 'select kid,%'"))
                .isLessThanOrEqualTo(3);
    }

    @Test
    void what_is_not_a_state_of_ours_is_refused_in_one_way() throws JoseException {
        StateKeyRing ring = replica();
        StateKey key = await(ring.signing());
        List<String> bad = new ArrayList<>(List.of(
                "",
                ".",
                "..",
                "a.b.c",
                "x".repeat(3_000),
                signed(key, "JWT", StateKey.ISSUER, StateKey.AUDIENCE, Instant.now()),
                signed(key, StateKey.TYPE, "another", StateKey.AUDIENCE, Instant.now()),
                signed(key, StateKey.TYPE, StateKey.ISSUER, "another", Instant.now()),
                signed(
                        key,
                        StateKey.TYPE,
                        StateKey.ISSUER,
                        StateKey.AUDIENCE,
                        // A claim has whole seconds: up to one less than this.
                        Instant.now().plusSeconds(35))));
        String good = signed(key, StateKey.TYPE, StateKey.ISSUER, StateKey.AUDIENCE, Instant.now());
        bad.addAll(everyBitFlipped(good));

        StateTokens tokens = tokens(ring);

        for (String state : bad) {
            assertThat(refusal(Uni.createFrom().deferred(() -> tokens.verify(state))))
                    .isEqualTo(ErrorCode.INVALID_STATE);
        }
        assertThat(await(tokens.verify(good)).tenant()).isEqualTo("acme");
    }

    @Test
    void the_clock_of_another_replica_may_differ_by_thirty_seconds_and_expiry_is_the_rows_business()
            throws JoseException {
        StateKeyRing ring = replica();
        StateKey key = await(ring.signing());

        for (Instant issuedAt : List.of(
                Instant.now().plusSeconds(28),
                Instant.now().minusSeconds(599),
                Instant.now().minusSeconds(90_000))) {
            String state = signed(key, StateKey.TYPE, StateKey.ISSUER, StateKey.AUDIENCE, issuedAt);
            assertThat(await(tokens(ring).verify(state)).connection()).isEqualTo(CONNECTION);
        }
    }

    @Test
    void an_issued_state_is_taken_for_its_time_and_the_leeway() {
        Instant now = Instant.now();

        IssuedState state = await(tokens(replica()).issue("acme", CONNECTION, now));

        assertThat(state.expiresAt()).isEqualTo(now.plusSeconds(630));
        assertThat(state.toString()).doesNotContain(state.token());
    }

    private static String signed(StateKey key, String type, String issuer, String audience, Instant issuedAt)
            throws JoseException {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(issuer);
        claims.setAudience(audience);
        claims.setIssuedAt(NumericDate.fromMilliseconds(issuedAt.toEpochMilli()));
        claims.setExpirationTime(
                NumericDate.fromMilliseconds(issuedAt.plusSeconds(600).toEpochMilli()));
        claims.setJwtId("j");
        claims.setStringClaim("tenant", "acme");
        claims.setStringClaim("connection", CONNECTION.toString());
        JsonWebSignature jws = new JsonWebSignature();
        jws.setAlgorithmHeaderValue("HS256");
        jws.setHeader("typ", type);
        jws.setKeyIdHeaderValue(key.kid());
        jws.setKey(key.key());
        jws.setPayload(claims.toJson());
        return jws.getCompactSerialization();
    }

    /** Every bit of the decoded segments, and every spare bit of their text. */
    private static List<String> everyBitFlipped(String token) {
        List<String> flipped = new ArrayList<>();
        String[] segments = token.split("\\.", -1);
        // Header: its kid is left out, since each would be an unknown one that waits for a look at the ring.
        for (int segment = 1; segment < 3; segment++) {
            byte[] bytes = Base64.getUrlDecoder().decode(segments[segment]);
            for (int bit = 0; bit < bytes.length * 8; bit++) {
                byte[] copy = bytes.clone();
                copy[bit / 8] ^= (byte) (1 << (bit % 8));
                String[] changed = segments.clone();
                changed[segment] = Base64.getUrlEncoder().withoutPadding().encodeToString(copy);
                flipped.add(String.join(".", changed));
            }
        }
        String header = new String(Base64.getUrlDecoder().decode(segments[0]), StandardCharsets.UTF_8);
        for (String algorithm : List.of("none", "HS512", "RS256", "ES256", "hs256")) {
            String changed = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(header.replace("HS256", algorithm).getBytes(StandardCharsets.UTF_8));
            flipped.add(changed + "." + segments[1] + "." + segments[2]);
        }
        for (String junk : List.of("=", "!", "*", " ", "\n")) {
            flipped.add(token + junk);
        }
        return flipped;
    }
}
