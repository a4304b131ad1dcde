package dev.nexus.broker.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.testing.BrokerTestResource;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.AgroalPoolInterceptor;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** With the Broker's own datasource for migrations. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class MigrationCheckTimeoutTest {

    @Inject
    AgroalDataSource datasource;

    @Test
    void only_a_broker_that_does_not_migrate_limits_the_wait_for_answers() throws SQLException {
        try (Connection connection = datasource.getConnection()) {
            AgroalPoolInterceptor checks = new MigrationCheckTimeout(false);

            int migrating = connection.getNetworkTimeout();
            checks.onConnectionCreate(connection);

            assertThat(migrating).isZero();
            assertThat(connection.getNetworkTimeout()).isEqualTo(MigrationCheckTimeout.ANSWER_MILLIS);
        }
    }

    @Test
    void the_kernel_watches_an_idle_connection_and_the_login_has_a_time_limit() {
        assertThat(datasource
                        .getConfiguration()
                        .connectionPoolConfiguration()
                        .connectionFactoryConfiguration()
                        .jdbcProperties())
                .containsEntry("loginTimeout", "5")
                .containsEntry("tcpKeepAlive", "true");
    }
}
