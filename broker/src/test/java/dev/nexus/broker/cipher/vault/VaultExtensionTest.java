package dev.nexus.broker.cipher.vault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.testing.EmbeddedPostgresResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vault.client.VaultClient;
import io.quarkus.vault.runtime.health.VaultHealthCheck;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

/** What the Broker makes of quarkus-vault's beans. */
@QuarkusTest
@QuarkusTestResource(EmbeddedPostgresResource.class)
class VaultExtensionTest {

    @Inject
    BeanManager beans;

    @Inject
    @Any
    Instance<VaultHealthCheck> healthChecks;

    @Test
    void the_client_bean_is_the_brokers_own() {
        assertThat(beans.resolve(beans.getBeans(VaultClient.class)).getBeanClass())
                .isEqualTo(VaultClientOverride.class);
    }

    /** It would take a Broker with a sealed Vault out of service. */
    @Test
    void the_extensions_health_check_is_off() {
        assertThat(healthChecks.isUnsatisfied()).isTrue();
    }
}
