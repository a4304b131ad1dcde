package dev.nexus.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.testsupport.PublicTypes;
import io.quarkus.qute.i18n.MessageBundle;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import io.smallrye.config.ConfigMapping;
import java.lang.annotation.Annotation;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A type is public only if another package needs it. */
class PublicTypesTest {

    /** Quarkus or SmallRye creates instances of such types or of their implementations. */
    private static final List<Class<? extends Annotation>> NEEDED_BY_THE_FRAMEWORK =
            List.of(ConfigMapping.class, MessageBundle.class, OpenApiFilter.class, QuarkusMain.class);

    private static final PublicTypes TYPES = new PublicTypes("dev.nexus.gateway");

    @Test
    void each_public_type_is_used_by_another_package() {
        List<String> unneeded = TYPES.unneeded(NEEDED_BY_THE_FRAMEWORK);

        assertThat(TYPES.product()).hasSizeGreaterThan(50);
        assertThat(unneeded).as("remove `public` from these types").isEmpty();
    }
}
