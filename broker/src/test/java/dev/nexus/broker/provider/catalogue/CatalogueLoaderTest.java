package dev.nexus.broker.provider.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.broker.provider.definition.ProviderForm;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueLoaderTest {

    private static final String VALID = """
            id: 11111111-2222-4333-8444-555555555555
            revision: 1
            slug: example
            name: Example
            auth_type: api_key
            credential_schema: |-
              {"type":"object","properties":{"api_key":{}}}
            strategy: {type: header}
            base_url: https://api.example.org
            allowed_hosts: [api.example.org]
            """;

    @TempDir
    Path folder;

    @Test
    void the_built_in_entries_are_loaded() {
        assertThat(load(Optional.empty()))
                .extracting(CatalogueEntry::slug)
                .contains("api-key", "basic-auth", "github", "openai");
    }

    @Test
    void entries_in_a_tenants_folder_belong_to_the_tenant() throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve("acme")).resolve("example.yaml"), VALID);
        Files.createDirectories(folder.resolve("..2026_data"));

        List<CatalogueEntry> entries = new CatalogueLoader(new Folders(Optional.empty(), Optional.of(folder))).load();

        assertThat(entries.stream().filter(entry -> "acme".equals(entry.tenant())))
                .extracting(CatalogueEntry::slug)
                .containsExactly("example");
    }

    @Test
    void the_index_names_each_file() throws IOException, URISyntaxException {
        Path catalogue =
                Path.of(CatalogueLoader.class.getResource("/catalogue/index").toURI());

        try (Stream<Path> files = Files.list(catalogue.getParent())) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".yaml")))
                    .containsExactlyInAnyOrderElementsOf(Files.readAllLines(catalogue));
        }
    }

    @Test
    void the_generic_entries_have_exactly_the_documented_definitions() {
        List<CatalogueEntry> entries = load(Optional.empty());

        CatalogueEntry apiKey = entry(entries, "api-key");
        assertThat(compact(apiKey.definition().credentialSchema()))
                .isEqualTo("{\"type\":\"object\",\"required\":[\"api_key\"],\"properties\":{\"api_key\":"
                        + "{\"type\":\"string\",\"title\":\"PersonalAccessToken\"}}}");
        assertThat(apiKey.definition().credentialSchema()).contains("\"Personal Access Token\"");
        assertThat(apiKey.definition().strategy())
                .isEqualTo("{\"type\":\"header\",\"config\":{\"header_name\":\"Authorization\","
                        + "\"credential_field\":\"api_key\",\"value_prefix\":\"Bearer \"}}");
        assertThat(apiKey.definition().allowedHosts()).isNull();
        assertThat(apiKey.definition().baseUrl()).isNull();
        CatalogueEntry basic = entry(entries, "basic-auth");
        assertThat(compact(basic.definition().credentialSchema()))
                .isEqualTo("{\"type\":\"object\",\"required\":[\"username\",\"password\"],\"properties\":{"
                        + "\"username\":{\"type\":\"string\",\"title\":\"Username\"},"
                        + "\"password\":{\"type\":\"string\",\"title\":\"Password\",\"format\":\"password\"}}}");
        assertThat(basic.definition().strategy())
                .isEqualTo("{\"type\":\"basic_auth\",\"config\":{\"username_field\":\"username\","
                        + "\"password_field\":\"password\"}}");
    }

    @Test
    void entries_of_the_folder_follow_the_built_in_entries() throws IOException {
        Files.writeString(folder.resolve("example.yaml"), VALID);
        Files.writeString(folder.resolve("notes.txt"), "not an entry");

        CatalogueEntry entry = last(load(Optional.of(folder)));

        assertThat(entry.slug()).isEqualTo("example");
        assertThat(entry.definition().credentialSchema())
                .isEqualTo("{\"type\":\"object\",\"properties\":{\"api_key\":{}}}");
        assertThat(entry.definition().allowedHosts()).isEqualTo("[\"api.example.org\"]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "slug: example|slug: Example|/slug: must match",
                "slug: example|slug: 11111111-2222-4333-8444-555555555555|/slug: must match",
                "slug: example|slug: github|/slug: duplicate slug: also in github.yaml",
                "id: 11111111-2222-4333-8444-555555555555|id: 1-2-3-4-5|/id: must be a UUID",
                "id: 11111111-2222-4333-8444-555555555555|id: 4a1d41b0-da3f-4416-8b3e-c6a411ef6933|/id: duplicate id: also in github.yaml",
                "revision: 1|revision: 0|/revision: must be a whole number of 1 or more",
                "revision: 1|revision: one|/revision: must be a whole number of 1 or more",
                "revision: 1|revision: 1.5|/revision: must be a whole number of 1 or more",
                "name: Example|title: Example|/title: is not a field of a catalogue entry",
                "name: Example|name: ''|/name: must be 1 to 100 characters",
                "auth_type: api_key|auth_type: oauth2|/auth_type: must be api_key, basic_auth, hmac or aws_sigv4",
                "auth_type: api_key|slug: twice|line 5, column 5: must be one YAML mapping without duplicate keys",
                "auth_type: api_key|auth_type: [CANARY|line 6, column 18: must be one YAML mapping without duplicate keys",
                "{\"type\":\"object\",\"properties\":{\"api_key\":{}}}|{\"type\":\"string\"}|/credential_schema/type: must be object",
                "{\"type\":\"object\",\"properties\":{\"api_key\":{}}}|{\"type\":|/credential_schema: must be one JSON object",
                "{type: header}|{type: header, config: {header: X}}|/strategy/config/header: is not a field of this object",
                "{type: header}|{type: query}|/strategy/type: must be header, query_param",
                "https://api.example.org|http://api.example.org|/base_url: must be an absolute https URL",
                "https://api.example.org|https://u:p@api.example.org|/base_url: must be an absolute https URL",
                "[api.example.org]|[api.example.org, '*.example.org']|/allowed_hosts/1: must be a host name in lower case",
                "[api.example.org]|[www.example.org]|/allowed_hosts: must contain the host of base_url",
                "[api.example.org]|['{account}.example.org']|/allowed_hosts/0: names the field account, which is not a property",
                "https://api.example.org|https://10.0.0.1|/base_url: must be an absolute https URL",
                "https://api.example.org|https://{account}.example.org|/base_url: names the field account, which is not a property",
                "{type: header}|{type: header, config: {credential_field: key}}|/strategy/config/credential_field: names the field key, which is not a property",
                "[api.example.org]|[]|/allowed_hosts: must be a list of 1 to 32 host names",
            })
    void an_invalid_entry_is_refused_with_file_field_and_rule(String from, String to, String message)
            throws IOException {
        Files.writeString(folder.resolve("bad.yaml"), VALID.replace(from, to));

        assertThatThrownBy(() -> load(Optional.of(folder)))
                .isInstanceOf(CatalogueException.class)
                .hasMessageContaining("bad.yaml: " + message)
                .satisfies(
                        refusal -> assertThat(Throwables.getStackTrace(refusal)).doesNotContain("CANARY"));
    }

    @Test
    void each_broken_rule_of_a_tenants_file_is_reported() throws IOException {
        Files.writeString(
                Files.createDirectories(folder.resolve("acme")).resolve("bad.yaml"),
                VALID.replace("slug: example", "slug: Example")
                                .replace("name: Example", "title: Example")
                                .replace("{type: header}", "{type: header, config: {header_name: Host, x: 1}}")
                        + "verification: {method: PUT, path: me}\n");

        assertThatThrownBy(() -> new CatalogueLoader(new Folders(Optional.empty(), Optional.of(folder))).load())
                .isInstanceOf(CatalogueException.class)
                .hasMessageEndingWith("bad.yaml: /title: is not a field of a catalogue entry;"
                        + " /slug: must match [a-z0-9][a-z0-9-]{0,62} and not be a UUID;"
                        + " /name: is required;"
                        + " /strategy/config/header_name: must not be a header that the HTTP client writes;"
                        + " /strategy/config/x: is not a field of this object;"
                        + " /verification/method: must be GET, HEAD or POST;"
                        + " /verification/path: must begin with a slash and be a path and query of RFC 3986 of at most"
                        + " 2048 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "5"})
    void a_tenants_file_with_many_broken_rules_is_refused_with_its_name(String verification) throws IOException {
        Files.writeString(
                Files.createDirectories(folder.resolve("acme")).resolve("bad.yaml"),
                VALID.replace("[api.example.org]", "[" + "'*', ".repeat(39) + "'*']") + "verification: " + verification
                        + "\n");

        assertThatThrownBy(() -> new CatalogueLoader(new Folders(Optional.empty(), Optional.of(folder))).load())
                .isInstanceOf(CatalogueException.class)
                .hasMessageContaining("acme/bad.yaml: ")
                .hasMessageContaining("/allowed_hosts/0: must be a host name in lower case");
    }

    @Test
    void a_file_and_a_request_with_the_same_definition_give_the_same_result() {
        String verification = "{\"path\": \"/me\", \"rejected\": [403]}";
        String file = VALID + "verification: " + verification + "\n";
        String body = """
                {"name": "Example", "auth_type": "api_key", "strategy": {"type": "header"},
                 "credential_schema": {"type":"object","properties":{"api_key":{}}},
                 "base_url": "https://api.example.org", "allowed_hosts": ["api.example.org"], "verification": %s}
                """.formatted(verification);

        assertThat(CatalogueFile.parse("example.yaml", "acme", file).definition())
                .isEqualTo(ProviderForm.parse(body.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void a_missing_folder_is_refused() {
        assertThatThrownBy(() -> load(Optional.of(folder.resolve("missing"))))
                .isInstanceOf(CatalogueException.class)
                .hasMessageEndingWith("missing: the folder cannot be listed");
    }

    private record Folders(Optional<Path> folder, Optional<Path> tenantsFolder) implements CatalogueConfig {}

    private static List<CatalogueEntry> load(Optional<Path> folder) {
        return new CatalogueLoader(new Folders(folder, Optional.empty())).load();
    }

    private static CatalogueEntry entry(List<CatalogueEntry> entries, String slug) {
        return entries.stream()
                .filter(entry -> entry.slug().equals(slug))
                .findFirst()
                .orElseThrow();
    }

    private static CatalogueEntry last(List<CatalogueEntry> entries) {
        return entries.get(entries.size() - 1);
    }

    private static String compact(String json) {
        return json.replaceAll("\\s", "");
    }
}
