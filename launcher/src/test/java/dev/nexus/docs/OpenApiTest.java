package dev.nexus.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * docs/openapi.yaml is what the build of the Gateway generates from its routes, so that a change of the contract is a
 * visible diff. When this test fails, run
 * {@code mvn verify -DskipITs -Dtest=OpenApiTest -Dsurefire.failIfNoSpecifiedTests=false -Dnexus.docs.write=true} and
 * commit the result.
 */
class OpenApiTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path GENERATED = ROOT.resolve("gateway/target/openapi/openapi.yaml");
    private static final Path COMMITTED = ROOT.resolve("docs/openapi.yaml");

    @Test
    void the_committed_contract_is_what_the_gateway_serves() throws IOException {
        String generated = Files.readString(GENERATED);

        if (Boolean.getBoolean("nexus.docs.write")) {
            Files.writeString(COMMITTED, generated);
        }

        assertThat(generated).contains("/v1/request-connection:");
        assertThat(COMMITTED).content().isEqualTo(generated);
    }
}
