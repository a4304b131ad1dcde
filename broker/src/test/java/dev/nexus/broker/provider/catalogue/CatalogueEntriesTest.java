package dev.nexus.broker.provider.catalogue;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.github.curiousoddman.rgxgen.RgxGen;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.nexus.broker.provider.definition.AllowedHosts;
import dev.nexus.broker.provider.definition.BaseUrl;
import dev.nexus.broker.provider.definition.CredentialSchema;
import dev.nexus.broker.provider.definition.PageHints;
import dev.nexus.broker.provider.definition.Probe;
import dev.nexus.strategy.Credential;
import dev.nexus.strategy.CredentialCheck;
import dev.nexus.strategy.OutgoingRequest;
import dev.nexus.strategy.Strategy;
import dev.nexus.strategy.StrategyApplier;
import dev.nexus.strategy.StrategyJson;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests each built-in catalogue entry with a sample that matches its schema. No vendor is called. */
class CatalogueEntriesTest {

    /**
     * Vendors whose page for keys has a different address for each account or region. Their entries cannot have a link.
     */
    private static final Set<String> ADDRESS_DIFFERS_BY_ACCOUNT = Set.of(
            "bamboohr",
            "coinbase-exchange",
            "datadog",
            "freshdesk",
            "github-enterprise-cloud",
            "github-enterprise-server",
            "gitlab-self-managed",
            "greenhouse",
            "hubspot",
            "monday",
            "okta",
            "okta-other-domain",
            "pagerduty",
            "shopify",
            "zendesk");

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Set<String> GENERIC = Set.of("api-key", "basic-auth");

    static List<CatalogueEntry> entries() {
        return new CatalogueLoader(new CatalogueConfig() {
                    @Override
                    public Optional<Path> folder() {
                        return Optional.empty();
                    }

                    @Override
                    public Optional<Path> tenantsFolder() {
                        return Optional.empty();
                    }
                })
                .load();
    }

    static Stream<CatalogueEntry> vendors() {
        return entries().stream().filter(entry -> !GENERIC.contains(entry.slug()));
    }

    /** Returns the day on which an entry was last compared with its sources. */
    static String checked(CatalogueEntry entry) throws IOException {
        return read(entry.file(), YAML).path("checked").asText();
    }

    private static JsonNode read(String resource, ObjectMapper format) throws IOException {
        try (InputStream in = CatalogueEntriesTest.class.getResourceAsStream("/catalogue/" + resource)) {
            return format.readTree(in);
        }
    }

    @Test
    void the_catalogue_has_50_vendors_and_uses_each_strategy_type() {
        assertThat(vendors()).hasSizeGreaterThanOrEqualTo(50);
        assertThat(vendors().map(entry -> strategy(entry).type()))
                .contains(
                        "header",
                        "query_param",
                        "basic_auth",
                        "body_field",
                        "path_segment",
                        "hmac_payload",
                        "aws_sigv4");
    }

    @ParameterizedTest
    @MethodSource("entries")
    void an_entry_matches_the_json_schema_of_the_catalogue(CatalogueEntry entry) throws IOException {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(read("entry.schema.json", JSON));

        Schema houseRules = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(read("house-rules.schema.json", JSON));

        assertThat(schema.validate(read(entry.file(), YAML))).isEmpty();
        assertThat(houseRules.validate(read(entry.file(), YAML))).isEmpty();
        assertThat(entry.file()).isEqualTo(entry.slug() + ".yaml");
    }

    @ParameterizedTest
    @MethodSource("entries")
    void an_entry_names_its_sources_and_the_day_of_its_check(CatalogueEntry entry) throws IOException {
        JsonNode file = read(entry.file(), YAML);

        assertThat(file.path("sources"))
                .isNotEmpty()
                .allSatisfy(source -> assertThat(source.asText()).startsWith("https://"));
        assertThat(LocalDate.parse(file.path("checked").asText()))
                .isBetween(LocalDate.of(2026, 11, 24), LocalDate.now(ZoneOffset.UTC));
    }

    @Test
    void the_json_schema_of_the_catalogue_refuses_invalid_entries() throws IOException {
        Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(read("entry.schema.json", JSON));

        for (Map.Entry<String, String> broken : Map.of(
                        "slug", "\"Git Hub\"",
                        "revision", "0",
                        "auth_type", "\"oauth2\"",
                        "base_url", "\"http://api.github.com\"",
                        "strategy", "{\"type\":\"header\",\"config\":{\"header\":\"x\"}}",
                        "verification", "{\"method\":\"PUT\",\"path\":\"/\"}",
                        "checked", "\"today\"",
                        "unknown", "1")
                .entrySet()) {
            ObjectNode entry = (ObjectNode) read("github.yaml", YAML);
            entry.set(broken.getKey(), JSON.readTree(broken.getValue()));
            assertThat(schema.validate(entry)).as(broken.getKey()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("vendors")
    void the_fields_of_a_vendor_have_a_title_and_a_description(CatalogueEntry entry) throws IOException {
        JsonNode properties =
                JSON.readTree(entry.definition().credentialSchema()).path("properties");

        assertThat(properties).isNotEmpty();
        for (JsonNode property : properties) {
            assertThat(property.path("title").asText()).isNotBlank();
            assertThat(property.path("description").asText()).hasSizeGreaterThan(15);
            assertThat(property.path("pattern").asText("^$")).startsWith("^").endsWith("$");
        }
        assertThat(StreamSupport.stream(properties.spliterator(), false)
                        .anyMatch(property -> property.path("format").asText().equals("password")))
                .isTrue();
        assertThat(entry.definition().documentationUrl()).startsWith("https://");
        assertThat(entry.definition().allowedHosts()).isNotNull();
    }

    @ParameterizedTest
    @MethodSource("vendors")
    void the_secrets_of_a_vendor_link_to_the_page_that_creates_them(CatalogueEntry entry) throws IOException {
        PageHints hints = PageHints.parse(entry.definition().page());

        if (ADDRESS_DIFFERS_BY_ACCOUNT.contains(entry.slug())) {
            assertThat(hints.fields()).isEmpty();
            return;
        }
        for (Map.Entry<String, JsonNode> property : JSON.readTree(
                        entry.definition().credentialSchema())
                .path("properties")
                .properties()) {
            if (property.getValue().path("format").asText().equals("password")
                    && !property.getKey().equals("session_token")) {
                assertThat(requireNonNull(hints.fields().get(property.getKey())).link())
                        .as(property.getKey())
                        .startsWith("https://")
                        .isNotEqualTo(entry.definition().documentationUrl());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("vendors")
    void a_sample_is_valid_and_the_strategy_adds_it_to_a_request(CatalogueEntry entry) throws IOException {
        ObjectNode sample = sample(entry);
        String baseUrl = entry.definition().baseUrl();
        URI base = URI.create(BaseUrl.read(baseUrl == null ? "https://api.example.org" : baseUrl)
                .orElseThrow()
                .fill(Credential.of(sample)));

        OutgoingRequest sent = StrategyApplier.apply(
                strategy(entry),
                Credential.of(sample),
                OutgoingRequest.of("POST", URI.create(base + "/v1/things")),
                Instant.now());

        assertThat(CredentialSchema.compile(entry.definition().credentialSchema(), Set.of())
                        .violations(Credential.of(sample)))
                .isEmpty();
        assertThatCode(() -> CredentialCheck.check(strategy(entry), Credential.of(sample)))
                .doesNotThrowAnyException();
        assertThat(sent.uri().getHost()).isEqualTo(base.getHost());
        assertThat(strategy(entry).credentialFields()).isSubsetOf(names(sample));
        assertThat(sent.headers().size()
                        + sent.body().length
                        + sent.uri().toString().length())
                .isGreaterThan((base + "/v1/things").length());
    }

    @ParameterizedTest
    @MethodSource("vendors")
    void the_host_of_the_base_url_is_allowed_and_the_verification_uses_it(CatalogueEntry entry) throws IOException {
        String verification = entry.definition().verification();
        String baseUrl = requireNonNull(entry.definition().baseUrl(), "base_url");
        String hosts = requireNonNull(entry.definition().allowedHosts(), "allowed_hosts");
        ObjectNode sample = sample(entry);

        URI base = URI.create(BaseUrl.read(baseUrl).orElseThrow().fill(Credential.of(sample)));
        assertThat(AllowedHosts.parse(hosts).forCredential(Credential.of(sample)))
                .contains("\"" + base.getHost() + "\"");
        if (verification != null) {
            URI check = Probe.parse(verification).address(BaseUrl.read(baseUrl).orElseThrow(), Credential.of(sample));
            assertThat(check.getHost()).isEqualTo(base.getHost());
            assertThat(check.getScheme()).isEqualTo("https");
            assertThat(check.toString()).startsWith(base.toString()).doesNotContain("{");
        }
    }

    /** Older key formats that the vendors still accept. */
    @ParameterizedTest
    @CsvSource({
        "aws-sts, access_key, AKIAIOSFODNN7EXAMPLE",
        "aws-sts, access_key, ASIAIOSFODNN7EXAMPLE",
        "aws-sts, access_key, 022QF06E7MXBSH9DHM02",
        "github, api_key, 0123456789abcdef0123456789abcdef01234567",
        "github, api_key, ghp_16C7e42F292c6912E7710c838347Ae178B4a",
        "github, api_key, github_pat_11ABCDEFG0abcdefghijkl_mnop",
        "gitlab, access_token, glpat-abcdefghij_klmnopqrs",
        "gitlab, access_token, glpat-abcdefghijklmnopqrstuvwxyz1234.01.abcdefghi",
        "gitlab, access_token, sTx9-Ab_CdEfGhIjKlMn",
        "hugging-face, api_key, hf_abcdefghijklmnopqrstuvwxyzABCDEFGH",
        "hugging-face, api_key, api_org_abcdefghijklmnopqrstuvwxyzABCD",
        "replicate, api_key, r8_abcdefghijklmnopqrstuvwxyz01234567890",
        "replicate, api_key, 0123456789abcdef0123456789abcdef01234567",
        "stripe, api_key, rk_live_51abcDEF",
        "stripe, api_key, vtUQeOtUnYr7PGCLQ96Ul4zqpDUO4sOE",
    })
    void older_key_formats_of_a_vendor_are_accepted(String slug, String field, String key) throws IOException {
        CatalogueEntry entry =
                vendors().filter(one -> one.slug().equals(slug)).findFirst().orElseThrow();
        ObjectNode sample = sample(entry);
        assertThat(sample.has(field)).isTrue();

        assertThat(CredentialSchema.compile(entry.definition().credentialSchema(), Set.of())
                        .violations(Credential.of(sample.put(field, key))))
                .isEmpty();
    }

    private static Set<String> names(ObjectNode sample) {
        Set<String> names = new HashSet<>();
        sample.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static Strategy strategy(CatalogueEntry entry) {
        return StrategyJson.parse(entry.definition().strategy());
    }

    /** A value for each property, from its enum or pattern. The seed of the generator is fixed. */
    private static ObjectNode sample(CatalogueEntry entry) throws IOException {
        ObjectNode sample = JSON.createObjectNode();
        Random random = new Random(7);
        for (Map.Entry<String, JsonNode> property : JSON.readTree(
                        entry.definition().credentialSchema())
                .path("properties")
                .properties()) {
            JsonNode rules = property.getValue();
            if (property.getKey().equals("host")) {
                // A generated name can be too long.
                sample.put(property.getKey(), "git.example.com");
            } else if (rules.path("format").asText().equals("email")) {
                sample.put(property.getKey(), "ada@example.com");
            } else if (rules.has("enum")) {
                sample.set(property.getKey(), rules.get("enum").get(0));
            } else if (rules.has("pattern")) {
                String pattern = rules.get("pattern").textValue();
                sample.put(
                        property.getKey(),
                        RgxGen.parse(pattern.substring(1, pattern.length() - 1)).generate(random));
            } else {
                // Some secrets must be Base64.
                sample.put(property.getKey(), "c2FtcGxlc2VjcmV0" + (1_000 + random.nextInt(9_000)));
            }
        }
        return sample;
    }
}
