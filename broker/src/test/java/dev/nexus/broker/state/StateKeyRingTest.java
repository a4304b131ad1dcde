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
import dev.nexus.testsupport.Promise;
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

/** Tests the key ring. Several rings on one database simulate several replicas of the Broker. */
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
    StateKeyRing applicationRing;

    @Inject
    Flow flow;

    @Inject
    Vertx vertx;

    /** Until its next refresh, the application's own ring would sign with a key that a test has deleted. */
    @AfterEach
    void refreshKeyRingOfApplication() {
        await(applicationRing.scheduledRefresh());
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
    void replicas_that_start_together_without_keys_create_one_key() {
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
    void a_replica_verifies_states_of_another_replica() {
        assertThat(await(tokens(replica()).verify(issue(replica())))).isEqualTo(new StateSubject("acme", CONNECTION));
    }

    @Test
    @Promise(11)
    void a_new_key_signs_only_after_its_publication_delay_and_the_old_key_still_verifies() {
        flow.sql("delete from state_key");
        StateKeyRing old = replica();
        String before = issue(old);
        String previous = await(old.signing()).kid();
        flow.sql("update state_key set signs_from = signs_from - interval '1 hour'");

        StateKeyRing publisher = replica(Duration.ofMinutes(30), Duration.ofSeconds(10));
        await(publisher.scheduledRefresh());
        await(publisher.scheduledRefresh());
        StateKeyRing other = replica();
        await(other.scheduledRefresh());

        assertThat(flow.count("select count(*) from state_key")).isEqualTo(2);
        String newest = newestKid();
        assertThat(newest).isNotEqualTo(previous);
        assertThat(await(publisher.signing()).kid()).isEqualTo(previous);
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
    void callers_that_share_a_refresh_continue_in_their_own_contexts() {
        StateKeyRing ring = replica();
        await(ring.scheduledRefresh());
        Map<Context, Uni<Context>> contexts = new HashMap<>();

        for (int i = 0; i < 4; i++) {
            Context request = VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
            CompletableFuture<Context> continuedIn = new CompletableFuture<>();
            request.runOnContext(ignored -> ring.verifying("unknown")
                    .subscribe()
                    .with(none -> continuedIn.complete(Vertx.currentContext()), continuedIn::completeExceptionally));
            contexts.put(request, Uni.createFrom().completionStage(continuedIn));
        }

        contexts.forEach(
                (request, continuedIn) -> assertThat(await(continuedIn)).isSameAs(request));
    }

    @Test
    void a_key_of_another_replica_is_loaded_when_a_state_names_it() {
        StateKeyRing outdated = replica();
        await(outdated.scheduledRefresh());
        flow.sql("delete from state_key");

        String stateOfOther = issue(replica());

        assertThat(await(tokens(outdated).verify(stateOfOther))).isEqualTo(new StateSubject("acme", CONNECTION));
    }

    @Test
    void many_unknown_kids_cause_at_most_a_few_queries() {
        flow.sql("create extension if not exists pg_stat_statements");
        StateKeyRing ring = replica();
        issue(ring);
        flow.sql("select pg_stat_statements_reset()");

        List<Uni<Boolean>> lookups = IntStream.range(0, 500)
                .mapToObj(i -> ring.verifying("invented-" + i).map(key -> key.isPresent()))
                .toList();

        assertThat(await(Uni.join().all(lookups).andFailFast())).containsOnly(false);
        // Includes one query of the application's own ring, which may refresh during the test.
        assertThat(
                        flow.count(
                                "select coalesce(sum(calls), 0)::bigint from pg_stat_statements where query like 'select kid,%'"))
                .isLessThanOrEqualTo(3);
    }

    @Test
    @Promise({9, 21})
    void each_invalid_state_is_refused_with_the_same_error() throws JoseException {
        StateKeyRing ring = replica();
        StateKey key = await(ring.signing());
        List<String> invalidStates = new ArrayList<>(List.of(
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
                        // A claim has whole seconds, so the time in the token is up to one second earlier.
                        Instant.now().plusSeconds(35))));
        String valid = signed(key, StateKey.TYPE, StateKey.ISSUER, StateKey.AUDIENCE, Instant.now());
        invalidStates.addAll(alteredCopies(valid));

        StateTokens tokens = tokens(ring);

        for (String state : invalidStates) {
            assertThat(refusal(Uni.createFrom().deferred(() -> tokens.verify(state))))
                    .isEqualTo(ErrorCode.INVALID_STATE);
        }
        assertThat(await(tokens.verify(valid)).tenant()).isEqualTo("acme");
    }

    @Test
    @Promise(9)
    void a_clock_skew_of_30_seconds_is_accepted_and_the_token_itself_does_not_expire() throws JoseException {
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
    @Promise(9)
    void an_issued_state_expires_after_its_ttl_and_the_leeway() {
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

    /** Copies of the token, each with one flipped bit, another algorithm or an added character. */
    private static List<String> alteredCopies(String token) {
        List<String> copies = new ArrayList<>();
        String[] segments = token.split("\\.", -1);
        // Skips the header: each flipped kid would be unknown and wait for a refresh of the ring.
        for (int segment = 1; segment < 3; segment++) {
            byte[] bytes = Base64.getUrlDecoder().decode(segments[segment]);
            for (int bit = 0; bit < bytes.length * 8; bit++) {
                byte[] copy = bytes.clone();
                copy[bit / 8] ^= (byte) (1 << (bit % 8));
                String[] changed = segments.clone();
                changed[segment] = Base64.getUrlEncoder().withoutPadding().encodeToString(copy);
                copies.add(String.join(".", changed));
            }
        }
        String header = new String(Base64.getUrlDecoder().decode(segments[0]), StandardCharsets.UTF_8);
        for (String algorithm : List.of("none", "HS512", "RS256", "ES256", "hs256")) {
            String changed = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(header.replace("HS256", algorithm).getBytes(StandardCharsets.UTF_8));
            copies.add(changed + "." + segments[1] + "." + segments[2]);
        }
        for (String junk : List.of("=", "!", "*", " ", "\n")) {
            copies.add(token + junk);
        }
        return copies;
    }
}
