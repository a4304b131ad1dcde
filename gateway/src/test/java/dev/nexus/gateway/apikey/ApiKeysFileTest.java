package dev.nexus.gateway.apikey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.runtime.InvalidFileException;
import dev.nexus.testsupport.Promise;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiKeysFileTest {

    private static final PresentedKey KEY = PresentedKey.mint(new SecureRandom());

    private static String entry() {
        return "keys:\n- id: \"" + KEY.id() + "\"\n  tenant: acme\n  sha256: \""
                + HexFormat.of().formatHex(KEY.sha256())
                + "\"\n  scopes: [\"tokens:read\"]\n  return_origins: [\"https://Your-App.com\"]\n"
                + "  rate: {per_second: 5, burst: 10}\n";
    }

    @Test
    @Promise(18)
    void entry_accepts_only_its_key() throws InvalidFileException {
        Map<String, KnownKey> keys = ApiKeysFile.parse(entry(), false);

        KnownKey known = keys.values().iterator().next();
        assertThat(known.admits(KEY, Instant.now())).isTrue();
        assertThat(known.admits(PresentedKey.mint(new SecureRandom()), Instant.now()))
                .isFalse();
        assertThat(known.key().returnOrigins()).containsExactly("https://your-app.com:443");
    }

    @Test
    void revoked_and_expired_keys_are_rejected() throws InvalidFileException {
        KnownKey revoked = ApiKeysFile.parse(entry() + "  revoked: true\n", false)
                .values()
                .iterator()
                .next();
        KnownKey expired = ApiKeysFile.parse(entry() + "  expires_at: \"2026-01-01T00:00:00Z\"\n", false)
                .values()
                .iterator()
                .next();

        assertThat(revoked.admits(KEY, Instant.now())).isFalse();
        assertThat(expired.admits(KEY, Instant.parse("2025-12-31T23:59:59Z"))).isTrue();
        assertThat(expired.admits(KEY, Instant.parse("2026-01-01T00:00:00Z"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tenant: acme               | tenant: [acme]                   | tenant",
                "tenant: acme               | tenant:                          | tenant",
                "tenant: acme               | tenant: 'a b'                    | tenant",
                "tenant: acme               | owner: acme                      | tenant",
                "[\"tokens:read\"]          | [\"tokens:steal\"]               | scopes",
                "[\"tokens:read\"]          | [~]                              | scopes",
                "https://Your-App.com       | https://your-app.com/path        | return_origins",
                "https://Your-App.com       | http://your-app.com              | return_origins",
                "https://Your-App.com       | http://127.0.0.1:3000            | return_origins",
                "per_second: 5              | per_second: 0                    | rate",
                "per_second: 5              | per_second: 1.5                  | rate",
                "per_second: 5              | per_second: 99999999999          | rate",
                "burst: 10                  | burst:                           | rate",
            })
    void error_names_the_entry_and_the_field_but_not_the_value(String part, String wrong, String field) {
        String file = entry().replace(part, wrong);
        assertThat(file).isNotEqualTo(entry());

        assertThatThrownBy(() -> ApiKeysFile.parse(file, false))
                .isInstanceOf(InvalidFileException.class)
                .hasMessageContaining("keys[0]")
                .hasMessageContaining(field)
                .hasMessageNotContaining("steal");
    }

    @Test
    void empty_revoked_is_rejected() {
        assertThatThrownBy(() -> ApiKeysFile.parse(entry() + "  revoked:\n", false))
                .isInstanceOf(InvalidFileException.class)
                .hasMessageContaining("revoked");
    }

    @ParameterizedTest
    @CsvSource({"''", "keys:", "'keys: [~]'", "'{'", "'keys: []\nmore: 1'", "'[]'"})
    void file_without_a_list_of_keys_is_rejected(String file) {
        assertThatThrownBy(() -> ApiKeysFile.parse(file, false)).isInstanceOf(InvalidFileException.class);
    }

    @Test
    void duplicate_id_is_rejected() {
        String twice = entry() + entry().substring("keys:\n".length());

        assertThatThrownBy(() -> ApiKeysFile.parse(twice, false)).hasMessageContaining("keys[1].id: duplicate id");
    }

    @Test
    void documented_example_is_valid_and_contains_each_field() throws Exception {
        String page = Files.readString(Path.of("../docs/guides/api-keys.md"));
        String example =
                page.substring(page.indexOf("```yaml\n") + 8, page.indexOf("```", page.indexOf("```yaml\n") + 8));

        KnownKey key = ApiKeysFile.parse(example, false).values().iterator().next();

        assertThat(key.key().tenant()).isEqualTo("acme");
        assertThat(key.key().returnOrigins()).containsExactly("https://your-app.com:443");
        assertThat(key.expiresAt()).contains(Instant.parse("2027-01-31T00:00:00Z"));
        for (RecordComponent field : ApiKeyEntry.class.getRecordComponents()) {
            String name =
                    field.getAccessor().getName().replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
            assertThat(example).as("the example").contains(name + ":");
            assertThat(page).as("the table").contains("| `" + name + "` | ");
        }
        for (String scope : ApiKeysFile.SCOPES) {
            assertThat(page).contains("`" + scope + "`");
        }
    }
}
