package dev.nexus.broker.provider.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.broker.provider.definition.ProviderDefinition;
import dev.nexus.strategy.StrategyJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Compares docs/reference/providers.md with the catalogue. To regenerate the page, run this test with
 * {@code -Dnexus.docs.write=true} and commit the result.
 */
class ProvidersPageTest {

    private static final Path COMMITTED = Path.of("../docs/reference/providers.md");
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void the_committed_page_matches_the_catalogue() throws IOException {
        String page = page(CatalogueEntriesTest.entries());

        if (Boolean.getBoolean("nexus.docs.write")) {
            Files.writeString(COMMITTED, page);
        }

        assertThat(COMMITTED)
                .as(
                        "docs/reference/providers.md differs from the catalogue; run this test with -Dnexus.docs.write=true")
                .hasContent(page);
    }

    private static String page(List<CatalogueEntry> entries) throws IOException {
        StringBuilder page = new StringBuilder("""
                # Providers

                This page is for developers who look for a built-in provider.

                A tenant's administrator can register other providers ([Register a provider](../guides/providers.md)). Use
                `api-key` for any provider that accepts one key, and `basic-auth` for any provider that accepts a user name
                and a password. *Check* is `yes` if Nexus verifies a credential with the provider at its capture.
                *Checked* is the day on which the entry was last compared with the vendor's documents.

                `ProvidersPageTest` generates this page from the catalogue in `broker/src/main/resources/catalogue`. Its
                [README](../../broker/src/main/resources/catalogue/README.md) explains how to add a provider. Do not edit
                this page.

                | provider | `provider_id` | credential | strategy | allowed hosts | check | checked |
                |---|---|---|---|---|---|---|
                """);
        List<CatalogueEntry> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparing(entry -> entry.definition().name().toLowerCase(Locale.ROOT)));
        for (CatalogueEntry entry : sorted) {
            ProviderDefinition provider = entry.definition();
            String documentation = provider.documentationUrl();
            page.append("| ")
                    .append(
                            documentation == null
                                    ? provider.name()
                                    : "[" + provider.name() + "](" + documentation + ")")
                    .append(" | `")
                    .append(entry.slug())
                    .append("` | ")
                    .append(fields(provider))
                    .append(" | ")
                    .append(StrategyJson.parse(provider.strategy()).type())
                    .append(" | ")
                    .append(hosts(provider))
                    .append(" | ")
                    .append(provider.verification() == null ? "no" : "yes")
                    .append(" | ")
                    .append(CatalogueEntriesTest.checked(entry))
                    .append(" |\n");
        }
        return page.toString();
    }

    private static String fields(ProviderDefinition provider) throws JsonProcessingException {
        List<String> fields = new ArrayList<>();
        JsonNode schema = JSON.readTree(provider.credentialSchema());
        for (Map.Entry<String, JsonNode> field : schema.path("properties").properties()) {
            fields.add("`" + field.getKey() + "`");
        }
        return String.join(", ", fields);
    }

    private static String hosts(ProviderDefinition provider) throws JsonProcessingException {
        String stored = provider.allowedHosts();
        if (stored == null) {
            return "anywhere";
        }
        List<String> hosts = new ArrayList<>();
        JSON.readTree(stored).forEach(host -> hosts.add("`" + host.textValue() + "`"));
        return String.join(", ", hosts);
    }
}
