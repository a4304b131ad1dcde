package dev.nexus.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import jakarta.validation.Constraint;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Validates the ranges of the Broker's settings on the configuration mappings, as Quarkus does at startup. */
class SettingRangesTest {

    private static final Set<Class<?>> WITH_A_RANGE = Set.of(int.class, long.class, Duration.class);

    private static final List<Class<?>> MAPPINGS = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS).importPackages("dev.nexus.broker").stream()
                    .filter(type -> type.isAnnotatedWith(ConfigMapping.class))
                    .<Class<?>>map(JavaClass::reflect)
                    .toList();

    private static void read(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("nexus.broker.gateway-keys-file", "gateway-keys.json");
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(all, "test", 100))
                .addDiscoveredCustomizers();
        MAPPINGS.forEach(builder::withMapping);
        builder.build();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    nexus.cipher.transit.batch-calls      | 0      | must be between 1 and 64
                    nexus.connection.supersede-grace      | PT-1S  | must be longer than or equal to 0
                    nexus.connection.supersede-grace      | P31D   | must be shorter than or equal to 30 days
                    nexus.quota.pending-connections       | 0      | must be between 1 and 1000000
                    nexus.quota.providers                 | 0      | must be between 1 and 100000
                    nexus.quota.schema-bytes              | 1023   | must be between 1024 and 1073741824
                    nexus.quota.versions-per-provider     | 100001 | must be between 1 and 100000
                    nexus.reseal.per-second               | 0      | must be between 1 and 10000
                    nexus.state.ttl                       | PT9S   | must be longer than or equal to 10 seconds
                    nexus.state.ttl                       | PT25H  | must be shorter than or equal to 1 day
                    nexus.state.rotate-every              | PT4S   | must be longer than or equal to 5 seconds
                    nexus.state.rotate-every              | P91D   | must be shorter than or equal to 90 days
                    nexus.verification.max-calls          | 0      | must be between 1 and 10000
                    nexus.verification.timeout            | PT0S   | must be longer than or equal to 100 milli
                    nexus.verification.timeout            | PT61S  | must be shorter than or equal to 1 minute
                    nexus.webhook.give-up-after           | PT59S  | must be longer than or equal to 1 minute
                    nexus.webhook.give-up-after           | P91D   | must be shorter than or equal to 90 days
                    nexus.webhook.keep                    | PT59S  | must be longer than or equal to 1 minute
                    nexus.webhook.keep                    | P91D   | must be shorter than or equal to 90 days
                    nexus.webhook.max-calls               | -1     | must be between 0 and 10000
                    nexus.webhook.max-calls-per-endpoint  | 0      | must be between 1 and 1000
                    nexus.webhook.retries                 | PT0S   | must be longer than or equal to 1 milli
                    nexus.webhook.retries                 | P8D    | must be shorter than or equal to 7 days
                    nexus.webhook.secret-overlap          | PT-1S  | must be longer than or equal to 0
                    nexus.webhook.secret-overlap          | P31D   | must be shorter than or equal to 30 days
                    nexus.webhook.timeout                 | PT0S   | must be longer than or equal to 100 milli
                    nexus.webhook.timeout                 | PT61S  | must be shorter than or equal to 1 minute
                    """)
    void a_value_outside_its_range_is_refused_with_the_setting_and_the_rule(String setting, String value, String rule) {
        // The message shows the index of the element after the setting of a list.
        assertThatThrownBy(() -> read(Map.of(setting, value)))
                .isInstanceOf(ConfigValidationException.class)
                .hasMessageMatching("(?s).*" + Pattern.quote(setting) + "(\\[0])? " + Pattern.quote(rule) + ".*")
                .hasMessageNotContaining(value + " ");
    }

    @Test
    void one_message_names_all_settings_outside_their_ranges() {
        Map<String, String> settings = Map.of("nexus.webhook.keep", "PT0S", "nexus.webhook.max-calls", "-1");

        assertThatThrownBy(() -> read(settings))
                .hasMessageContaining("nexus.webhook.keep ")
                .hasMessageContaining("nexus.webhook.max-calls ");
    }

    @Test
    void the_defaults_are_within_their_ranges() {
        assertThatCode(() -> read(Map.of())).doesNotThrowAnyException();
    }

    @Test
    void each_number_and_duration_has_a_range() {
        List<Method> settings = MAPPINGS.stream()
                .flatMap(type -> Stream.of(type.getDeclaredMethods()))
                .filter(setting -> WITH_A_RANGE.contains(setting.getReturnType())
                        || setting.getGenericReturnType().getTypeName().contains(Duration.class.getName()))
                .toList();

        assertThat(settings)
                .hasSizeGreaterThan(10)
                .allSatisfy(setting ->
                        assertThat(constraints(setting)).as(setting.toString()).isNotEmpty());
    }

    private static List<?> constraints(Method setting) {
        AnnotatedElement constrained =
                setting.getAnnotatedReturnType() instanceof AnnotatedParameterizedType parameterized
                        ? parameterized.getAnnotatedActualTypeArguments()[0]
                        : setting;
        return Arrays.stream(constrained.getAnnotations())
                .filter(annotation -> annotation.annotationType().isAnnotationPresent(Constraint.class))
                .toList();
    }
}
