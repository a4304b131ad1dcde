package dev.nexus.broker.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.testing.LogLines;
import io.quarkus.scheduler.Scheduled;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

class MigrationAtStartTest {

    private final StartChecks checks = new StartChecks(new Scheduled.ApplicationNotRunning());

    @Test
    void a_check_without_connection_is_repeated_and_logs_a_warning_once_a_minute() {
        MigrationAtStart migration = new MigrationAtStart(
                Flyway.configure()
                        .dataSource("jdbc:postgresql://127.0.0.1:1/nexus", "nexus", "secret")
                        .load(),
                false,
                checks);
        migration.check();

        try (LogLines log = LogLines.open()) {
            migration.checkAgain();
            migration.checkAgain();

            assertThat(log.all())
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .startsWith("WARN")
                            .contains("quarkus.datasource.jdbc.url", "sqlstate=08001")
                            .doesNotContain("secret"));
        }
        assertThat(checks.isMigrated()).isFalse();
    }
}
