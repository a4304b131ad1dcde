package dev.nexus.runtime;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.Priorities;
import jakarta.annotation.Priority;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Refuses to start with a setting that a release has removed, and names its replacement. A service lists its removed
 * settings in {@code META-INF/removed-settings.properties} as {@code old.name=new.name}, or as {@code old.name=} if the
 * value is fixed now. The list also has the settings of extensions that the service does not support, as
 * {@code name=!what to do instead}. In such a name, {@code *} stands for any text.
 *
 * <p>The ServiceLoader finds this interceptor. It sees the names before the configuration mappings, which would refuse
 * an unknown name without naming its replacement.
 */
@Priority(Priorities.APPLICATION)
public final class RemovedSettings implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1L;
    private static final String UNSUPPORTED = "!";
    private static final String ANY_TEXT = "*";
    private static final String LIST = "META-INF/removed-settings.properties";

    /**
     * The message for each removed or unsupported name without a {@code *}. The name is a key twice: as a property and
     * as an environment variable.
     */
    private final HashMap<String, String> refusals = new HashMap<>();

    /**
     * The advice for each name with a {@code *}. The keys are the patterns of the property and of the environment
     * variable.
     */
    private final HashMap<Pattern, String> unsupported = new HashMap<>();

    public RemovedSettings() {
        Properties removed = read(Thread.currentThread().getContextClassLoader());
        for (String name : removed.stringPropertyNames()) {
            String replacement = removed.getProperty(name);
            if (name.contains(ANY_TEXT)) {
                unsupported.put(pattern(name), replacement);
                unsupported.put(pattern(variable(name)), replacement);
                continue;
            }
            refusals.put(name, refusal(name, replacement));
            refusals.put(
                    variable(name),
                    refusal(variable(name), replacement.startsWith(UNSUPPORTED) ? replacement : variable(replacement)));
        }
    }

    private static Pattern pattern(String name) {
        return Pattern.compile(
                Arrays.stream(name.split(Pattern.quote(ANY_TEXT), -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining(".*")),
                Pattern.DOTALL);
    }

    private static Properties read(ClassLoader classes) {
        Properties removed = new Properties();
        try {
            for (URL list : Collections.list(classes.getResources(LIST))) {
                try (InputStream in = list.openStream()) {
                    removed.load(in);
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(LIST + " cannot be read", failure);
        }
        return removed;
    }

    private static String variable(String setting) {
        return setting.replaceAll("[^A-Za-z0-9*]", "_").toUpperCase(Locale.ROOT);
    }

    private static String refusal(String name, String replacement) {
        if (replacement.startsWith(UNSUPPORTED)) {
            return name + " is not supported. " + replacement.substring(UNSUPPORTED.length());
        }
        return replacement.isEmpty()
                ? name + " was removed: its value is fixed now. Remove this setting"
                : name + " was removed. Set " + replacement + " instead";
    }

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        return context.proceed(name);
    }

    @Override
    public Iterator<String> iterateNames(ConfigSourceInterceptorContext context) {
        Iterator<String> names = context.iterateNames();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return names.hasNext();
            }

            @Override
            public String next() {
                return accepted(names.next());
            }
        };
    }

    private String accepted(String name) {
        String refusal = refusals.get(name);
        if (refusal != null) {
            throw new IllegalStateException(refusal);
        }
        for (Map.Entry<Pattern, String> entry : unsupported.entrySet()) {
            if (entry.getKey().matcher(name).matches()) {
                throw new IllegalStateException(refusal(name, entry.getValue()));
            }
        }
        return name;
    }
}
