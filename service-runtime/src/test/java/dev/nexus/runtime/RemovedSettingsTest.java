package dev.nexus.runtime;

import static dev.nexus.testsupport.ServiceSettings.read;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Uses the list of removed settings in the test resources of this module. */
class RemovedSettingsTest {

    @Test
    void a_renamed_setting_is_refused_with_its_new_name() {
        assertThatThrownBy(() -> read("nexus.old.name").getPropertyNames())
                .hasMessage("nexus.old.name was removed. Set nexus.new-name instead");
    }

    @Test
    void a_setting_that_is_fixed_now_is_refused() {
        assertThatThrownBy(() -> read("nexus.fixed-now").getPropertyNames())
                .hasMessage("nexus.fixed-now was removed: its value is fixed now. Remove this setting");
    }

    @Test
    void a_removed_setting_is_refused_as_a_variable_and_in_a_profile() {
        EnvConfigSource environment = new EnvConfigSource(Map.of("NEXUS_OLD_NAME", "value"), 300);

        assertThatThrownBy(() -> read(environment).getPropertyNames())
                .hasMessage("NEXUS_OLD_NAME was removed. Set NEXUS_NEW_NAME instead");
        assertThatThrownBy(() -> read("%prod.nexus.old.name").getPropertyNames())
                .hasMessage("nexus.old.name was removed. Set nexus.new-name instead");
    }

    @Test
    void an_unsupported_setting_is_refused_with_its_remedy() {
        EnvConfigSource environment = new EnvConfigSource(Map.of("QUARKUS_OTHER_FEATURE", "value"), 300);

        assertThatThrownBy(() -> read("quarkus.other.feature").getPropertyNames())
                .hasMessage("quarkus.other.feature is not supported. Use a file instead");
        assertThatThrownBy(() -> read(environment).getPropertyNames())
                .hasMessage("QUARKUS_OTHER_FEATURE is not supported. Use a file instead");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quarkus.store.a.path",
                "quarkus.store.a.path[0]",
                "quarkus.store.\"a.b\".path.\"p\".list[1]",
                "QUARKUS_STORE_A_PATH",
                "QUARKUS_STORE__A_B__PATH__P__LIST_1_"
            })
    void a_star_stands_for_any_text_in_an_unsupported_name(String setting) {
        EnvConfigSource environment = new EnvConfigSource(Map.of(setting, "value"), 300);
        SmallRyeConfig config = setting.startsWith("QUARKUS") ? read(environment) : read(setting);

        assertThatThrownBy(config::getPropertyNames).hasMessageEndingWith(" is not supported. Use a file instead");
    }

    @Test
    void other_settings_are_read() {
        assertThat(read("nexus.new-name").getPropertyNames()).contains("nexus.new-name");
        assertThat(read("quarkus.store.a.timeout").getPropertyNames()).contains("quarkus.store.a.timeout");
    }
}
