package dev.nexus.broker.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueLoaderTest {

    private static final String GOOD = """
            id: 11111111-2222-4333-8444-555555555555
            revision: 1
            slug: example
            name: Example
            auth_type: api_key
            credential_schema: |-
              {"type":"object"}
            strategy: {type: header}
            base_url: https://api.example.org
            allowed_hosts: [api.example.org]
            """;

    @TempDir
    Path folder;

    @Test
    void theBrokersOwnEntriesAreComplete() {
        assertThat(load(Optional.empty()))
                .extracting(CatalogueEntry::slug)
                .containsExactly("api-key", "basic-auth", "github", "openai");
    }

    @Test
    void theIndexNamesEveryFile() throws IOException, URISyntaxException {
        Path catalogue =
                Path.of(CatalogueLoader.class.getResource("/catalogue/index").toURI());

        try (Stream<Path> files = Files.list(catalogue.getParent())) {
            assertThat(files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".yaml")))
                    .containsExactlyInAnyOrderElementsOf(Files.readAllLines(catalogue));
        }
    }

    @Test
    void theGenericEntriesHaveTheDocumentedSchemasAndNothingElse() {
        List<CatalogueEntry> entries = load(Optional.empty());

        CatalogueEntry apiKey = entries.get(0);
        assertThat(compact(apiKey.credentialSchema()))
                .isEqualTo("{\"type\":\"object\",\"required\":[\"api_key\"],\"properties\":{\"api_key\":"
                        + "{\"type\":\"string\",\"title\":\"PersonalAccessToken\"}}}");
        assertThat(apiKey.credentialSchema()).contains("\"Personal Access Token\"");
        assertThat(apiKey.strategy())
                .isEqualTo("{\"type\":\"header\",\"config\":{\"header_name\":\"Authorization\","
                        + "\"credential_field\":\"api_key\",\"value_prefix\":\"Bearer \"}}");
        assertThat(apiKey.allowedHosts()).isNull();
        assertThat(apiKey.baseUrl()).isNull();
        CatalogueEntry basic = entries.get(1);
        assertThat(compact(basic.credentialSchema()))
                .isEqualTo("{\"type\":\"object\",\"required\":[\"username\",\"password\"],\"properties\":{"
                        + "\"username\":{\"type\":\"string\",\"title\":\"Username\"},"
                        + "\"password\":{\"type\":\"string\",\"title\":\"Password\",\"format\":\"password\"}}}");
        assertThat(basic.strategy())
                .isEqualTo("{\"type\":\"basic_auth\",\"config\":{\"username_field\":\"username\","
                        + "\"password_field\":\"password\"}}");
    }

    @Test
    void theFoldersEntriesComeAfterTheBrokersOwn() throws IOException {
        Files.writeString(folder.resolve("example.yaml"), GOOD);
        Files.writeString(folder.resolve("notes.txt"), "not an entry");

        CatalogueEntry entry = load(Optional.of(folder)).get(4);

        assertThat(entry.slug()).isEqualTo("example");
        assertThat(entry.credentialSchema()).isEqualTo("{\"type\":\"object\"}");
        assertThat(entry.allowedHosts()).isEqualTo("[\"api.example.org\"]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "slug: example|slug: Example|/slug: must match",
                "slug: example|slug: 11111111-2222-4333-8444-555555555555|/slug: must match",
                "slug: example|slug: github|/slug: is already taken by github.yaml",
                "id: 11111111-2222-4333-8444-555555555555|id: 1-2-3-4-5|/id: must be a UUID",
                "id: 11111111-2222-4333-8444-555555555555|id: 4a1d41b0-da3f-4416-8b3e-c6a411ef6933|/id: is already taken by github.yaml",
                "revision: 1|revision: 0|/revision: must be a whole number of 1 or more",
                "revision: 1|revision: one|/revision: must be a whole number of 1 or more",
                "revision: 1|revision: 1.5|/revision: must be a whole number of 1 or more",
                "name: Example|title: Example|/title: is not a field of a catalogue entry",
                "name: Example|name: ''|/name: must be 1 to 100 characters",
                "auth_type: api_key|auth_type: oauth2|/auth_type: must be api_key or basic_auth",
                "auth_type: api_key|slug: twice|must be one YAML mapping without a key twice",
                "{\"type\":\"object\"}|{\"type\":\"string\"}|/credential_schema/type: must be object",
                "{\"type\":\"object\"}|{\"type\":|/credential_schema: must be one JSON object",
                "{type: header}|{type: header, config: {header: X}}|/strategy/config/header: is not a field of this object",
                "{type: header}|{type: query}|/strategy/type: must be header or basic_auth",
                "https://api.example.org|http://api.example.org|/base_url: must be an absolute https URL",
                "https://api.example.org|https://u:p@api.example.org|/base_url: must be an absolute https URL",
                "[api.example.org]|[api.example.org, '*.example.org']|/allowed_hosts/1: must be a host name in lower case",
                "[api.example.org]|[]|/allowed_hosts: must be a list of at least one host name",
            })
    void anInvalidEntryIsRefusedByFileFieldAndRule(String from, String to, String message) throws IOException {
        Files.writeString(folder.resolve("bad.yaml"), GOOD.replace(from, to));

        assertThatThrownBy(() -> load(Optional.of(folder)))
                .isInstanceOf(CatalogueException.class)
                .hasMessageContaining("bad.yaml: " + message);
    }

    @Test
    void aFolderThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> load(Optional.of(folder.resolve("missing"))))
                .isInstanceOf(CatalogueException.class)
                .hasMessageEndingWith("missing: the folder cannot be listed");
    }

    private static List<CatalogueEntry> load(Optional<Path> folder) {
        return new CatalogueLoader(() -> folder).load();
    }

    private static String compact(String json) {
        return json.replaceAll("\\s", "");
    }
}
