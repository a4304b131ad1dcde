package dev.nexus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.gateway.component.StubbedBroker;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(StubbedBroker.class)
public class OpenApiTest {

    private static final Path COMMITTED = Path.of("../docs/reference/openapi.yaml");

    /** Written when Quarkus builds the application, see quarkus.smallrye-openapi.store-schema-directory. */
    private static final Path BUILT = Path.of("target/openapi/openapi.yaml");

    @Test
    void committed_document_matches_the_code() throws IOException {
        String built = Files.readString(BUILT);

        if (Boolean.getBoolean("nexus.docs.write")) {
            Files.writeString(COMMITTED, built);
        }

        assertThat(COMMITTED)
                .as(
                        "docs/reference/openapi.yaml differs from the code; run this test with -Dnexus.docs.write=true to rewrite it")
                .hasContent(built);
    }
}
