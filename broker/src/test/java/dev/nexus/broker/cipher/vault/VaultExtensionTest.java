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

/** What the Broker makes of quarkus-vault's beans. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
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

    /** The Dev Service would set the URL. */
    @Test
    void with_the_local_keyset_no_dev_service_runs_and_no_client_of_vault_is_created() {
        Set<Bean<?>> ofVault = beans.getBeans(Object.class, Any.Literal.INSTANCE).stream()
                .filter(bean -> bean.getTypes().stream()
                        .anyMatch(type -> type.getTypeName().startsWith("io.quarkus.vault.client.")))
                .collect(Collectors.toSet());

        assertThat(ConfigProvider.getConfig().getOptionalValue("quarkus.vault.url", String.class))
                .isEmpty();
        assertThat(ofVault)
                .isNotEmpty()
                .allSatisfy(bean -> assertThat(existing(bean)).isNull());
    }

    private <T> T existing(Bean<T> bean) {
        return beans.getContext(bean.getScope()).get(bean);
    }
}
