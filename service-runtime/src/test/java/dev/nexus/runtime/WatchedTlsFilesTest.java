package dev.nexus.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchedTlsFilesTest {

    @TempDir
    Path folder;

    private Path certificate;
    private Path authorities;
    private WatchedTlsFiles files;

    @BeforeEach
    void write() throws IOException {
        certificate = Files.writeString(folder.resolve("tls.crt"), "one");
        authorities = Files.createDirectory(folder.resolve("authorities"));
        Files.writeString(authorities.resolve("a.crt"), "a");
        files = new WatchedTlsFiles(List.of(certificate, authorities));
    }

    @Test
    void files_count_as_changed_once_after_the_start() {
        assertThat(files.changed()).isTrue();
        assertThat(files.changed()).isFalse();
    }

    @Test
    void a_file_that_is_written_again_with_the_same_content_is_unchanged() throws IOException {
        files.changed();

        Files.writeString(certificate, "one");

        assertThat(files.changed()).isFalse();
    }

    @Test
    void new_content_is_a_change() throws IOException {
        files.changed();

        Files.writeString(certificate, "two");

        assertThat(files.changed()).isTrue();
        assertThat(files.changed()).isFalse();
    }

    @Test
    void a_swapped_symbolic_link_is_a_change() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), certificate);
        WatchedTlsFiles linked = new WatchedTlsFiles(List.of(link));
        linked.changed();

        Files.delete(link);
        Files.createSymbolicLink(link, Files.writeString(folder.resolve("next.crt"), "two"));

        assertThat(linked.changed()).isTrue();
    }

    @Test
    void a_file_that_disappears_and_comes_back_is_two_changes() throws IOException {
        files.changed();

        Files.delete(certificate);
        assertThat(files.changed()).isTrue();
        assertThat(files.changed()).isFalse();

        Files.writeString(certificate, "one");
        assertThat(files.changed()).isTrue();
    }

    @Test
    void a_new_file_in_a_folder_is_a_change() throws IOException {
        files.changed();

        Files.writeString(authorities.resolve("b.crt"), "b");

        assertThat(files.changed()).isTrue();
    }
}
