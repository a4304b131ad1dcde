package dev.nexus.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.testsupport.PublicTypes;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.smallrye.config.ConfigMapping;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A type is public only if another package needs it. */
class PublicTypesTest {

    /** Quarkus or SmallRye instantiates or implements the types with these annotations. */
    private static final List<Class<? extends Annotation>> NEEDED_BY_THE_FRAMEWORK =
            List.of(ConfigMapping.class, QuarkusMain.class);

    /** Other packages use these types only in sources: the compiler inlines constants and infers a lambda's types. */
    private static final Set<String> NEEDED_ONLY_BY_SOURCES = Set.of(
            "dev.nexus.broker.database.ScanBudget",
            "dev.nexus.broker.http.RequestLog",
            "dev.nexus.broker.webhook.SealedSecret");

    /** META-INF/services names these types. */
    private static final Set<String> NEEDED_BY_SERVICE_LOADER = Set.of("dev.nexus.broker.SettingRanges");

    private static final PublicTypes TYPES = new PublicTypes("dev.nexus.broker");

    @Test
    void a_public_type_is_needed_by_another_package() {
        List<String> unneeded = TYPES.unneeded(NEEDED_BY_THE_FRAMEWORK).stream()
                .filter(name -> !NEEDED_ONLY_BY_SOURCES.contains(name))
                .filter(name -> !NEEDED_BY_SERVICE_LOADER.contains(name))
                .toList();

        assertThat(TYPES.product()).hasSizeGreaterThan(50);
        assertThat(unneeded).as("remove `public` from these types").isEmpty();
    }
}
