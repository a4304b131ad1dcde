package dev.nexus.broker;

import static dev.nexus.testsupport.ServiceSettings.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RemovedSettingsTest {

    @ParameterizedTest
    @CsvSource({
        "nexus.cipher.also-opens, nexus.cipher.migration-kind",
        "nexus.cipher.transit.url, quarkus.vault.url",
        "nexus.cipher.transit.ca-file, quarkus.vault.tls.ca-cert",
        "nexus.cipher.transit.namespace, quarkus.vault.enterprise.namespace",
        "nexus.cipher.transit.mount, quarkus.vault.transit-secret-engine-mount-path",
        "nexus.cipher.transit.timeout, quarkus.vault.read-timeout",
        "nexus.cipher.transit.kubernetes.role, quarkus.vault.authentication.kubernetes.role",
        "nexus.cipher.transit.kubernetes.mount, quarkus.vault.authentication.kubernetes.auth-mount-path",
        "nexus.cipher.transit.kubernetes.token-file, quarkus.vault.authentication.kubernetes.jwt-token-path",
        "nexus.cipher.transit.app-role.role-id, quarkus.vault.authentication.app-role.role-id",
        "nexus.cipher.transit.app-role.mount, quarkus.vault.authentication.app-role.auth-mount-path"
    })
    void a_removed_setting_is_refused_with_its_replacement_and_without_its_value(String removed, String replacement) {
        assertThatThrownBy(() -> read(removed).getPropertyNames())
                .hasMessage(removed + " was removed. Set " + replacement + " instead");
    }

    @Test
    void a_removed_setting_is_refused_as_environment_variable_and_in_a_profile() {
        EnvConfigSource environment = new EnvConfigSource(Map.of("NEXUS_CIPHER_TRANSIT_APP_ROLE_ROLE_ID", "role"), 300);

        assertThatThrownBy(() -> read(environment).getPropertyNames())
                .hasMessage("NEXUS_CIPHER_TRANSIT_APP_ROLE_ROLE_ID was removed."
                        + " Set QUARKUS_VAULT_AUTHENTICATION_APP_ROLE_ROLE_ID instead");
        assertThatThrownBy(() -> read("%prod.nexus.cipher.transit.url").getPropertyNames())
                .hasMessageContaining("Set quarkus.vault.url instead");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quarkus.vault.secret-config-kv-path",
                "quarkus.vault.secret-config-kv-path[0]",
                "quarkus.vault.secret-config-kv-path.\"p\".paths",
                "quarkus.vault.secret-config-kv-path.p[0]",
                "quarkus.vault.kv-secret-engine.other.secret-config-kv-path",
                "quarkus.vault.kv-secret-engine.\"other\".secret-config-kv-path.\"p\"",
                "QUARKUS_VAULT_SECRET_CONFIG_KV_PATH",
                "QUARKUS_VAULT_SECRET_CONFIG_KV_PATH_0_",
                "QUARKUS_VAULT_SECRET_CONFIG_KV_PATH__P__PATHS",
                "QUARKUS_VAULT_KV_SECRET_ENGINE__OTHER__SECRET_CONFIG_KV_PATH",
                "QUARKUS_VAULT_KV_SECRET_ENGINE_OTHER_SECRET_CONFIG_KV_PATH__P_"
            })
    void reading_settings_from_vault_is_refused_in_each_spelling(String setting) {
        EnvConfigSource environment = new EnvConfigSource(Map.of(setting, "path"), 300);
        SmallRyeConfig config = setting.startsWith("QUARKUS") ? read(environment) : read(setting);

        assertThatThrownBy(config::getPropertyNames)
                .hasMessageEndingWith(" is not supported. The Broker does not read settings from"
                        + " Vault: set them in a file or in the environment");
    }

    @Test
    void each_removed_setting_is_in_the_upgrade_notes() throws IOException {
        Properties removed = new Properties();
        try (Reader list =
                Files.newBufferedReader(Path.of("src/main/resources/META-INF/removed-settings.properties"))) {
            removed.load(list);
        }

        String notes = Files.readString(Path.of("../docs/operations/upgrading.md"));

        assertThat(removed.stringPropertyNames())
                .filteredOn(name -> name.startsWith("nexus."))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(notes).contains("`" + name + "`"));
    }

    @Test
    void other_settings_are_read() {
        assertThat(read("nexus.cipher.transit.key").getPropertyNames()).contains("nexus.cipher.transit.key");
    }
}
