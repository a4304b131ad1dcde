package dev.nexus.broker.database;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.testing.BrokerTestResource;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class StartChecksTest {

    @Inject
    StartChecks started;

    @Inject
    Scheduled.ApplicationNotRunning notRunning;

    @Test
    void a_started_broker_has_succeeded_in_all_checks() {
        assertThat(started.areComplete()).isTrue();
    }

    @Test
    void requests_and_jobs_wait_for_the_migrations_and_the_catalogue() {
        StartChecks checks = new StartChecks(notRunning);

        assertThat(checks.areComplete()).isFalse();
        checks.recordCatalogueApplied();
        assertThat(checks.areComplete()).isFalse();
        checks.recordMigrated();
        assertThat(checks.areComplete()).isTrue();
    }
}
