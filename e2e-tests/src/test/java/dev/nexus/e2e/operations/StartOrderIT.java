package dev.nexus.e2e.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.Concurrent;
import dev.nexus.e2e.support.Health;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.e2e.support.RealVault;
import dev.nexus.e2e.support.Replica;
import dev.nexus.e2e.support.Scrape;
import dev.nexus.launcher.DevCertificates.Service;
import dev.nexus.launcher.FreePorts;
import dev.nexus.launcher.Nexus;
import dev.nexus.launcher.ServiceProcess;
import dev.nexus.testsupport.Promise;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A Broker that starts before PostgreSQL or Vault works, and a Broker whose PostgreSQL stops. */
@ExtendWith(RealVault.Needed.class)
@Concurrent
@Tag("soak")
class StartOrderIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** In production, another role migrates, and Hibernate does not check the schema. */
    private static final Map<String, String> AS_IN_PRODUCTION = Map.of(
            "quarkus.flyway.migrate-at-start", "false", "quarkus.hibernate-orm.schema-management.strategy", "none");

    @Test
    @Promise(1)
    void broker_starts_without_postgresql_and_a_running_broker_stays_ready() throws Exception {
        try (Nexus nexus = NexusExtension.start("start-without-postgresql", Map.of())) {
            Backend acme = NexusExtension.backend(nexus, 0);
            String id = acme.connect(Backend.workspace(), "k");
            nexus.database().stop();

            try (ServiceProcess started = Replica.start(nexus, Service.BROKER, AS_IN_PRODUCTION)) {
                await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
                    Health health = Health.of(started, "database");
                    assertThat(health.status()).isEqualTo(503);
                    assertThat(health.detail("state")).isEqualTo("not reached yet");
                });
                Health running = Health.of(nexus.broker(), "database");
                assertThat(running.status())
                        .as("a running Broker stays in service")
                        .isEqualTo(200);
                assertThat(running.detail("state")).isEqualTo("degraded");
                assertThat(Scrape.of(nexus.broker()).value("nexus_database_degraded"))
                        .isEqualTo(1);
                acme.check(id).then().statusCode(503);

                nexus.database().restart();

                started.awaitReady();
                assertThat(Health.of(started, "database").detail("state")).isEqualTo("current");
                await().atMost(Duration.ofSeconds(10))
                        .until(() -> acme.token(id).statusCode() == 200);
                await().atMost(Duration.ofSeconds(10))
                        .until(() -> Health.of(nexus.broker(), "database")
                                .detail("state")
                                .equals("current"));
            }
        }
    }

    @Test
    @Promise(2)
    void broker_that_starts_while_vault_is_sealed_answers_what_it_can_and_recovers_after_the_unseal() throws Exception {
        try (RealVault vault = RealVault.start("start-sealed-vault");
                Nexus nexus = NexusExtension.start("start-while-sealed", vault.settings())) {
            Backend acme = NexusExtension.backend(nexus, 0);
            String id = acme.connect(Backend.workspace(), "k");
            vault.seal();

            nexus.broker().kill();
            nexus.broker().restart();
            nexus.broker().awaitReady();

            assertThat(Health.of(nexus.broker(), "cipher").detail("state")).isEqualTo("degraded");
            acme.awaitAnswer(id);
            acme.token(id).then().statusCode(503);
            vault.unseal();
            await().atMost(Duration.ofSeconds(15)).until(() -> acme.token(id).statusCode() == 200);
            await().atMost(Duration.ofSeconds(15))
                    .until(() ->
                            Health.of(nexus.broker(), "cipher").detail("state").equals("current"));
            assertThat(acme.connect(Backend.workspace(), "after")).isNotEmpty();
        }
    }

    @Test
    void broker_that_has_never_reached_vault_keeps_running_and_is_not_ready() throws Exception {
        try (RealVault vault = RealVault.start("start-no-vault");
                Nexus nexus = NexusExtension.start("start-without-vault", vault.settings());
                ServiceProcess wrong = Replica.start(
                        nexus, Service.BROKER, Map.of("quarkus.vault.url", "http://127.0.0.1:" + FreePorts.any()))) {
            await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
                Health health = Health.of(wrong, "cipher");
                assertThat(health.status()).isEqualTo(503);
                assertThat(health.detail("state")).isEqualTo("not reached yet");
            });
            assertThat(Files.readString(wrong.log())).contains("quarkus.vault.url");
        }
    }
}
