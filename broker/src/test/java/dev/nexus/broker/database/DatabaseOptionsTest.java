package dev.nexus.broker.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.testsupport.Promise;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class DatabaseOptionsTest {

    private static final String CANARY = "canary-4711";

    @TempDir
    Path folder;

    @Command(name = "test")
    private static final class Opens implements Callable<Integer> {

        @Mixin
        private DatabaseOptions database = new DatabaseOptions();

        @Override
        public Integer call() throws IOException {
            database.open(CommandSettings.read(), "test").close();
            return 0;
        }
    }

    private record Result(int code, String output) {}

    private Result open(String urls) throws IOException {
        Path password = Files.writeString(folder.resolve("password"), "secret");
        StringWriter output = new StringWriter();
        int code = new CommandLine(new Opens())
                .setOut(new PrintWriter(output, true))
                .setErr(new PrintWriter(output, true))
                .execute("--database-url", urls, "--database-user", "nexus", "--database-password-file", password + "");
        return new Result(code, output.toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://nexus:" + CANARY + "@a.example.com:port/nexus",
                "postgresql://nexus:" + CANARY + "%zz@a.example.com/nexus",
                "postgresql://nexus:" + CANARY + "@a.example.com/nexus?sslmode=" + CANARY,
                "mysql://nexus:" + CANARY + "@a.example.com/nexus",
                CANARY
            })
    @Promise(28)
    void the_message_about_an_invalid_url_has_no_part_of_it(String url) throws IOException {
        Result first = open(url);
        Result second = open("postgresql://a.example.com/nexus,postgresql:" + url);

        assertThat(first.code()).isEqualTo(2);
        assertThat(first.output())
                .contains("--database-url / quarkus.datasource.reactive.url: server 1 is not a PostgreSQL URL")
                .doesNotContain(CANARY);
        assertThat(second.code()).isEqualTo(2);
        assertThat(second.output()).contains("server 2 is not a PostgreSQL URL").doesNotContain(CANARY);
    }

    @Test
    void a_comma_in_a_password_does_not_end_the_url() throws IOException {
        Result opened = open("postgresql://nexus:a,b@a.example.com/nexus, postgres://nexus:c,d@b.example.com/nexus");

        assertThat(opened.output()).isEmpty();
        assertThat(opened.code()).isZero();
    }
}
