package dev.nexus.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WatchedFileTest {

    private static final String SETTING = "nexus.example-file";

    @TempDir
    private Path folder;

    private Path path;
    private final MeterRegistry meters = new SimpleMeterRegistry();
    private final ReloadedFiles files = new ReloadedFiles(meters);

    @BeforeEach
    void write_a_valid_file() throws Exception {
        path = Files.writeString(folder.resolve("file"), "good first");
    }

    private WatchedFile<String> watch() {
        return new WatchedFile<>(SETTING, "must name an example", path, WatchedFileTest::parse, files);
    }

    private static String parse(String content) throws InvalidFileException {
        if (content.startsWith("defect")) {
            throw new IllegalArgumentException("quotes secret-content");
        }
        if (!content.startsWith("good")) {
            throw new InvalidFileException("line 1 must start with good");
        }
        return content.substring(5);
    }

    private double valid() {
        return meters.get("nexus.file.valid").tag("file", SETTING).gauge().value();
    }

    private String detail() {
        return String.valueOf(
                new FilesReadiness(files).call().getData().orElseThrow().get(SETTING));
    }

    @ParameterizedTest
    @ValueSource(strings = {"bad secret-content", "defect", ""})
    void an_invalid_file_keeps_the_previous_value_and_is_reported_without_its_content(String content) throws Exception {
        WatchedFile<String> watched = watch();

        Files.writeString(path, content);
        boolean changed = watched.reload();

        assertThat(changed).isFalse();
        assertThat(watched.value()).isEqualTo("first");
        assertThat(valid()).isZero();
        assertThat(detail()).startsWith("invalid since ").doesNotContain("secret-content");
        assertThat(new FilesReadiness(files).call().getStatus()).hasToString("UP");
    }

    @Test
    void a_missing_file_keeps_the_previous_value_and_is_reported() throws Exception {
        WatchedFile<String> watched = watch();

        Files.delete(path);
        watched.reload();

        assertThat(watched.value()).isEqualTo("first");
        assertThat(valid()).isZero();
        assertThat(detail()).contains("NoSuchFileException");
    }

    @Test
    void the_time_of_the_first_failure_stays_while_the_file_is_invalid_for_another_reason() throws Exception {
        WatchedFile<String> watched = watch();
        Files.writeString(path, "bad");
        watched.reload();
        String since = detail().substring(0, detail().indexOf(": "));

        Files.delete(path);
        watched.reload();

        assertThat(detail()).startsWith(since + ": NoSuchFileException");
    }

    @Test
    void a_fixed_file_is_used_and_reported_as_valid() throws Exception {
        WatchedFile<String> watched = watch();
        Files.writeString(path, "bad");
        watched.reload();

        Files.writeString(path, "good second");
        boolean changed = watched.reload();

        assertThat(changed).isTrue();
        assertThat(watched.value()).isEqualTo("second");
        assertThat(valid()).isEqualTo(1);
        assertThat(detail()).isEqualTo("valid");
    }

    @Test
    void restoring_the_previous_content_is_reported_as_valid_and_is_no_change() throws Exception {
        WatchedFile<String> watched = watch();
        Files.writeString(path, "bad");
        watched.reload();

        Files.writeString(path, "good first");
        boolean changed = watched.reload();

        assertThat(changed).isFalse();
        assertThat(valid()).isEqualTo(1);
    }

    @Test
    void the_time_of_the_last_successful_load_is_shown() {
        long before = System.currentTimeMillis() / 1_000;

        watch();

        assertThat(meters.get("nexus.file.loaded.timestamp").gauge().value()).isGreaterThanOrEqualTo((double) before);
    }

    @Test
    void an_invalid_file_at_start_is_refused_with_the_setting_the_rule_and_the_reason() throws Exception {
        Files.writeString(path, "bad");

        assertThatThrownBy(this::watch)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("nexus.example-file must name an example: line 1 must start with good");
    }
}
