package dev.nexus.broker.cipher.vault;

import dev.nexus.broker.testing.RealVault;
import dev.nexus.runtime.ReloadedFiles;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.vault.runtime.config.VaultRuntimeConfig;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** A connection to Vault with a configuration that is parsed as in the Broker. */
record OpenVault(TransitConfig config, VaultSettings settings, VaultClientOverride client, VaultTransit transit)
        implements AutoCloseable {

    static final String ROLE_ID = "quarkus.vault.authentication.app-role.role-id";
    static final String SECRET_ID_FILE = "nexus.cipher.transit.app-role.secret-id-file";
    static final String KEY_PER_TENANT = "nexus.cipher.transit.key-per-tenant";

    /** Connects to the real Vault with {@code login} and {@code further} settings. */
    static OpenVault of(Vertx vertx, RealVault.Login login, Map<String, String> further) {
        Map<String, String> settings = new HashMap<>();
        settings.put("quarkus.vault.read-timeout", "PT10S");
        settings.put("quarkus.vault.url", RealVault.get().address().toString());
        settings.put(ROLE_ID, login.roleId());
        settings.put(SECRET_ID_FILE, login.secretIdFile().toString());
        settings.putAll(further);
        return of(vertx, settings);
    }

    static OpenVault of(Vertx vertx, Map<String, String> given) {
        SmallRyeConfig parsed = parsed(given);
        TransitConfig config = parsed.getConfigMapping(TransitConfig.class);
        VaultSettings settings = new VaultSettings(parsed.getConfigMapping(VaultRuntimeConfig.class), config);
        VaultClientOverride client =
                new VaultClientOverride(vertx, settings, config, new ReloadedFiles(new SimpleMeterRegistry()));
        return new OpenVault(config, settings, client, new VaultTransit(client.client(), settings.mount()));
    }

    static TransitConfig transit(Map<String, String> given) {
        return parsed(given).getConfigMapping(TransitConfig.class);
    }

    static VaultSettings settings(Map<String, String> given) {
        SmallRyeConfig parsed = parsed(given);
        return new VaultSettings(
                parsed.getConfigMapping(VaultRuntimeConfig.class), parsed.getConfigMapping(TransitConfig.class));
    }

    private static SmallRyeConfig parsed(Map<String, String> given) {
        return new SmallRyeConfigBuilder()
                .withMapping(TransitConfig.class)
                .withMapping(VaultRuntimeConfig.class)
                .withSources(new PropertiesConfigSource(given, "test", 1_000))
                .addDiscoveredConverters()
                .build();
    }

    TransitCipher cipher() {
        return new TransitCipher(transit, new TransitKeys(config, transit::key), config);
    }

    /** Runs the checks that the Broker runs at startup. */
    void check() {
        new TransitGuards(transit, config, settings).check().await().atMost(Duration.ofSeconds(10));
    }

    @Override
    public void close() {
        client.close();
    }
}
