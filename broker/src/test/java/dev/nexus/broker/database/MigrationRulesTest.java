package dev.nexus.broker.database;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The previous version works on the schema after each migration, as docs/operations/upgrading.md requires. */
class MigrationRulesTest {

    private static final Path MIGRATIONS = Path.of("src/main/resources/db/migration");
    private static final Path CHECKSUMS = Path.of("src/test/resources/migrations.sha256");
    private static final Pattern VERSION = Pattern.compile("V(\\d+)__.*\\.sql");

    /** The last migration before two versions could run together. */
    private static final int LAST_BEFORE_THE_RULES = 3;

    /**
     * Harmless breaches, with the reason. The key is the file name and the breach that {@link MigrationRules} returns.
     */
    private static final Map<String, String> ALLOWED = Map.of();

    @Test
    void the_previous_version_works_after_each_migration() {
        List<String> breaches = migrations()
                .filter(file -> version(file) > LAST_BEFORE_THE_RULES)
                .flatMap(file -> MigrationRules.breaches(read(file)).stream().map(breach -> name(file) + " " + breach))
                .filter(breach -> !ALLOWED.containsKey(breach))
                .toList();

        assertThat(breaches)
                .as("see docs/operations/upgrading.md; if a breach is harmless, add it to ALLOWED with the reason")
                .isEmpty();
    }

    /** Flyway refuses to start on a database if the checksum of an applied migration differs, even in a comment. */
    @Test
    void each_migration_has_the_recorded_checksum() throws IOException {
        List<String> recorded = Files.readAllLines(CHECKSUMS);

        assertThat(migrations().map(file -> sha256(file) + "  " + name(file)))
                .as("never edit a migration; for a new one, add the output of sha256sum to " + CHECKSUMS)
                .containsExactlyInAnyOrderElementsOf(recorded);
    }

    @Test
    void the_rules_find_the_breaches_of_the_third_migration() {
        Path third = migrations().filter(file -> version(file) == 3).findFirst().orElseThrow();

        assertThat(MigrationRules.breaches(read(third)))
                .anyMatch(breach -> breach.startsWith("adds a constraint"))
                .anyMatch(breach -> breach.startsWith("adds a unique index"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "drops a table     | drop table connection",
                "drops a table     | DROP /* for good */ TABLE if exists connection cascade",
                "empties           | truncate connection",
                "renames           | alter table connection rename column label to name",
                "renames           | alter table connection rename to link",
                "drops a column    | alter table connection drop column label",
                "drops a column    | alter table connection add column a text, drop label",
                "changes a column  | alter table connection alter column label type varchar(9)",
                "changes a column  | alter table connection alter label set data type varchar(9)",
                "makes a column    | alter table connection alter column label set not null",
                "drops a column's  | alter table connection alter column label drop default",
                "adds a column     | alter table connection add column name text not null",
                "adds a column     | alter table connection add column a text default '', add b text not null",
                "adds a constraint | alter table connection add constraint c check (label <> '')",
                "adds a unique     | create unique index on connection (label)",
                "revokes a right   | revoke insert on connection from somebody",
                "adds a trigger    | create trigger t before insert on connection for each row execute function f()",
            })
    void a_statement_that_breaks_the_previous_version_is_found(String breach, String sql) {
        assertThat(MigrationRules.breaches("select 1;\n" + sql + ";\nselect 2;"))
                .singleElement()
                .asString()
                .startsWith(breach);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table connection add column name text",
                "alter table connection add column edition integer not null default 1 check (edition >= 1)",
                "create table outbox (id uuid primary key, body text not null); alter table outbox add constraint c"
                        + " check (body <> ''); create unique index on outbox (body)",
                "create index concurrently on connection (label)",
                "drop index connection_of_provider",
                "alter table connection drop constraint connection_revoked",
                "alter table connection alter column label drop not null",
                "-- drop table connection\nselect 'drop table connection'",
                "create function f() returns trigger language plpgsql as $$ begin delete from x; drop table y; end $$",
                "update connection set label = '' where label is null",
            })
    void a_compatible_statement_is_accepted(String sql) {
        assertThat(MigrationRules.breaches(sql + ";")).isEmpty();
    }

    private static Stream<Path> migrations() {
        try (Stream<Path> files = Files.list(MIGRATIONS)) {
            return files.filter(file -> VERSION.matcher(name(file)).matches()).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int version(Path file) {
        Matcher version = VERSION.matcher(name(file));
        return version.matches() ? Integer.parseInt(version.group(1)) : 0;
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static String sha256(Path file) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            return HexFormat.of().formatHex(digest);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
