package dev.nexus.broker.cipher.vault;

import dev.nexus.broker.testing.RealVault;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.HashMap;
import java.util.Map;

/** The cipher's configuration as the Broker would read it. */
final class TransitSettings {

    private TransitSettings() {}

    /** For {@code login} at the real Vault, with further settings below {@code nexus.cipher}. */
    static TransitConfig of(RealVault.Login login, Map<String, String> further) {
        Map<String, String> settings = new HashMap<>();
        settings.put("nexus.cipher.kind", "transit");
        settings.put("nexus.cipher.transit.timeout", "PT10S");
        settings.put("nexus.cipher.transit.url", RealVault.get().address().toString());
        settings.put("nexus.cipher.transit.app-role.role-id", login.roleId());
        settings.put(
                "nexus.cipher.transit.app-role.secret-id-file",
                login.secretIdFile().toString());
        further.forEach((name, value) -> settings.put("nexus.cipher." + name, value));
        return parse(settings);
    }

    static TransitConfig parse(Map<String, String> settings) {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .withMapping(TransitConfig.class)
                .withSources(new PropertiesConfigSource(settings, "test", 1_000))
                .addDiscoveredConverters()
                .build();
        return config.getConfigMapping(TransitConfig.class);
    }
}
