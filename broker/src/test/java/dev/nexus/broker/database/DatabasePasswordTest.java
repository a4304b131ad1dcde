package dev.nexus.broker.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.runtime.ReloadedFiles;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabasePasswordTest {

    @TempDir
    Path folder;

    private final ReloadedFiles files = new ReloadedFiles(new SimpleMeterRegistry());
    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(folder.resolve("password"), "first");
    }

    private DatabasePassword open() {
        return new DatabasePassword(() -> Optional.of(file), Optional.empty(), files);
    }

    private boolean isValid() {
        return files.of(DatabasePassword.SETTING).isValid();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$",
                "${quarkus.http.port}",
                "$$",
                "\\",
                "\\n",
                "%",
                "%{x}",
                "{",
                "}",
                "\"",
                "'",
                "#!=:",
                " a b ",
                "é"
            })
    void a_password_can_have_any_character(String password) throws IOException {
        Files.writeString(file, password);

        assertThat(open().value()).contains(password);
        assertThat(open().getCredentials("any")).isEqualTo(Map.of("password", password));
    }

    @ParameterizedTest
    @ValueSource(strings = {"secret\n", "secret\r\n"})
    void a_line_break_at_the_end_is_not_a_part_of_the_password(String content) throws IOException {
        Files.writeString(file, content);

        assertThat(open().value()).contains("secret");
    }

    @Test
    void a_new_password_is_used_after_the_next_reload() throws IOException {
        DatabasePassword password = open();

        Files.writeString(file, "second");
        password.reload();

        assertThat(password.value()).contains("second");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n"})
    void an_empty_file_keeps_the_previous_password_and_is_reported_until_it_is_valid(String content)
            throws IOException {
        DatabasePassword password = open();

        Files.writeString(file, content);
        password.reload();

        assertThat(password.value()).contains("first");
        assertThat(isValid()).isFalse();
        password.reload();
        assertThat(isValid()).isFalse();
        Files.writeString(file, "first");
        password.reload();
        assertThat(isValid()).isTrue();
    }

    @Test
    void a_missing_file_keeps_the_previous_password_and_is_reported() throws IOException {
        DatabasePassword password = open();

        Files.delete(file);
        password.reload();

        assertThat(password.value()).contains("first");
        assertThat(isValid()).isFalse();
    }

    @Test
    void two_passwords_are_refused_with_the_names_of_the_settings() {
        assertThatThrownBy(() -> new DatabasePassword(() -> Optional.of(file), Optional.of("other"), files))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nexus.database.password-file")
                .hasMessageContaining("quarkus.datasource.password");
    }

    @Test
    void without_the_setting_the_credentials_are_empty() {
        assertThat(new DatabasePassword(Optional::empty, Optional.of("configured"), files).getCredentials("any"))
                .isEmpty();
    }
}
