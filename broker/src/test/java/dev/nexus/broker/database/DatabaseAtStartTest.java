package dev.nexus.broker.database;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.PersistenceException;
import org.hibernate.tool.schema.spi.SchemaManagementException;
import org.junit.jupiter.api.Test;

class DatabaseAtStartTest {

    private static Throwable startupFailure(Throwable cause) {
        return new IllegalStateException("Failed to start", new PersistenceException("Unable to build", cause));
    }

    @Test
    void a_start_without_a_database_names_the_setting_to_check() {
        assertThat(DatabaseAtStart.advice(startupFailure(new NullPointerException("resultSet is null"))))
                .hasValueSatisfying(advice -> assertThat(advice).contains("quarkus.datasource.reactive.url"));
    }

    @Test
    void a_failure_with_a_clear_message_gets_no_advice() {
        assertThat(DatabaseAtStart.advice(startupFailure(new SchemaManagementException("missing column"))))
                .isEmpty();
        assertThat(DatabaseAtStart.advice(new IllegalStateException("nexus.cipher.kind=local is refused")))
                .isEmpty();
        assertThat(DatabaseAtStart.advice(null)).isEmpty();
    }
}
