package dev.nexus.broker.cipher.vault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.testing.BrokerTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vault.client.VaultClient;
import io.quarkus.vault.runtime.health.VaultHealthCheck;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.enterprise.inject.spi.BeanManager;
import jakarta.inject.Inject;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** The beans of quarkus-vault that the Broker replaces, disables or leaves unused. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class VaultExtensionTest {

    @Inject
    BeanManager beans;

    @Inject
    @Any
    Instance<VaultHealthCheck> healthChecks;

    @Test
    void the_broker_replaces_the_client_bean() {
        assertThat(beans.resolve(beans.getBeans(VaultClient.class)).getBeanClass())
                .isEqualTo(VaultClientOverride.class);
    }

    /** This health check would make a Broker unready while Vault is sealed. */
    @Test
    void the_health_check_of_the_extension_is_disabled() {
        assertThat(healthChecks.isUnsatisfied()).isTrue();
    }

    /** If the Dev Service ran, it would set the URL. */
    @Test
    void the_local_keyset_starts_no_dev_service_and_creates_no_vault_client() {
        Set<Bean<?>> vaultBeans = beans.getBeans(Object.class, Any.Literal.INSTANCE).stream()
                .filter(bean -> bean.getTypes().stream()
                        .anyMatch(type -> type.getTypeName().startsWith("io.quarkus.vault.client.")))
                .collect(Collectors.toSet());

        assertThat(ConfigProvider.getConfig().getOptionalValue("quarkus.vault.url", String.class))
                .isEmpty();
        assertThat(vaultBeans)
                .isNotEmpty()
                .allSatisfy(bean -> assertThat(existing(bean)).isNull());
    }

    private <T> T existing(Bean<T> bean) {
        return beans.getContext(bean.getScope()).get(bean);
    }
}
