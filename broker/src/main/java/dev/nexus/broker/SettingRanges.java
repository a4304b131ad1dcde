package dev.nexus.broker;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.config.SmallRyeConfigBuilderCustomizer;
import io.smallrye.config.validator.BeanValidationConfigValidator;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.util.Locale;
import org.hibernate.validator.HibernateValidator;

/**
 * Checks the settings of Nexus against the constraints on their configuration mappings. Refuses to start if a value is
 * out of range. The Broker does not use Quarkus's extension for Hibernate Validator. The extension would also read the
 * mappings of Quarkus, which have no constraints. This would take a sixth of the Broker's startup time.
 */
public final class SettingRanges implements SmallRyeConfigBuilderCustomizer, BeanValidationConfigValidator {

    private static final String PREFIX = "nexus";

    /** Created when the first mapping is checked. The Quarkus build also loads SettingRanges, but checks no mapping. */
    private static final class Lazy {
        static final Validator VALIDATOR = Validation.byProvider(HibernateValidator.class)
                .configure()
                .ignoreXmlConfiguration()
                .defaultLocale(Locale.ENGLISH)
                .buildValidatorFactory()
                .getValidator();
    }

    @Override
    public void configBuilder(SmallRyeConfigBuilder builder) {
        builder.withValidator(this);
    }

    @Override
    public void validateMapping(Class<?> mapping, String prefix, Object settings) throws ConfigValidationException {
        if (prefix.equals(PREFIX) || prefix.startsWith(PREFIX + ".")) {
            BeanValidationConfigValidator.super.validateMapping(mapping, prefix, settings);
        }
    }

    @Override
    public Validator getValidator() {
        return Lazy.VALIDATOR;
    }
}
