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
 * docs/reference/providers.md is made from the catalogue: run this test with {@code -Dnexus.docs.write=true} and commit the result.
 */
class ProvidersPageTest {

    private static final Path COMMITTED = Path.of("../docs/reference/providers.md");
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void the_committed_page_is_the_one_that_the_catalogue_gives() throws IOException {
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

                Made from the catalogue in `broker/src/main/resources/catalogue`, whose README says how to add one; not
                written by hand. A tenant's administrator adds others with `PUT /v1/providers/{slug}`, see
                [Register a provider](../guides/providers.md).

                *Check* says whether the provider is asked about a credential when it is captured. `api-key` and
                `basic-auth` stand for any provider that takes one key, or a user name and a password.

                | provider | `provider_id` | credential | strategy | reached at | check |
                |---|---|---|---|---|---|
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
