package dev.nexus.gateway.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.gateway.apikey.ApiKey;
import dev.nexus.runtime.ReloadedFiles;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.keys.EllipticCurves;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceTokensTest {

    private static final ApiKey ACME = new ApiKey("acmeacmeacme", "acme", Set.of("tokens:read"), List.of());
    private static final ApiKey GLOBEX = new ApiKey("globexglobex", "globex", Set.of("tokens:read"), List.of());

    @TempDir
    private Path folder;

    private Path file;
    private Instant now = Instant.now();
    private final InstantSource clock = () -> now;

    @BeforeEach
    void writeKey() throws Exception {
        file = folder.resolve("service-key.json");
        write("first");
    }

    private void write(String kid) throws Exception {
        EllipticCurveJsonWebKey key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
        key.setKeyId(kid);
        Files.writeString(file, key.toJson(OutputControlLevel.INCLUDE_PRIVATE));
    }

    @Test
    void requests_of_one_key_share_one_signature() {
        ServiceTokens tokens = new ServiceTokens(file, clock, new ReloadedFiles(new SimpleMeterRegistry()));
        String first = tokens.forCaller(ACME);

        for (int i = 0; i < 1_000; i++) {
            assertThat(tokens.forCaller(ACME)).isEqualTo(first);
        }

        assertThat(tokens.signatures()).isEqualTo(1);
    }

    @Test
    void each_api_key_and_calls_with_a_state_have_separate_tokens() {
        ServiceTokens tokens = new ServiceTokens(file, clock, new ReloadedFiles(new SimpleMeterRegistry()));

        assertThat(Set.of(tokens.forCaller(ACME), tokens.forCaller(GLOBEX), tokens.forState()))
                .hasSize(3);
    }

    @Test
    void a_token_is_renewed_before_it_expires() {
        ServiceTokens tokens = new ServiceTokens(file, clock, new ReloadedFiles(new SimpleMeterRegistry()));
        String first = tokens.forCaller(ACME);

        now = now.plusSeconds(44);
        assertThat(tokens.forCaller(ACME)).isEqualTo(first);
        now = now.plusSeconds(2);
        assertThat(tokens.forCaller(ACME)).isNotEqualTo(first);
    }

    @Test
    void reloaded_key_signs_new_tokens_and_an_invalid_file_is_ignored() throws Exception {
        ServiceTokens tokens = new ServiceTokens(file, clock, new ReloadedFiles(new SimpleMeterRegistry()));
        String first = tokens.forCaller(ACME);

        Files.writeString(file, "{");
        tokens.reload();
        assertThat(tokens.forCaller(ACME)).isEqualTo(first);
        write("second");
        tokens.reload();

        assertThat(tokens.forCaller(ACME)).isNotEqualTo(first);
    }
}
