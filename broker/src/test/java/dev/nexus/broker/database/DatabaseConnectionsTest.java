package dev.nexus.broker.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class DatabaseConnectionsTest {

    @Inject
    Flow flow;

    @Inject
    DatabaseConnections connections;

    @ConfigProperty(name = "quarkus.datasource.reactive.max-size")
    int size;

    @Test
    void all_connections_of_the_pool_are_open() {
        Flow.await(connections.open());

        assertThat(flow.count("select count(*) from pg_stat_activity where application_name = 'nexus-broker'"))
                .isEqualTo(size);
    }
}
