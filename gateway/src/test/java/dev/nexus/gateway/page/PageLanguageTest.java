package dev.nexus.gateway.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.qute.i18n.Message;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageLanguageTest {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{[a-z]+}");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "de                     | de",
                "de-AT,de;q=0.9,en;q=0.8 | de",
                "pt-BR                  | pt-BR",
                "pt-PT,pt;q=0.9         | pt-PT",
                "pt                     | pt-BR",
                "pt-US                  | pt-BR",
                "pt-PT                  | pt-PT",
                "pt-AO,pt;q=0.9,en;q=0.8 | pt-PT",
                "es-MX, pt-PT;q=0.9     | es",
                "en;q=0.5,pt-BR         | pt-BR",
                "nl, fr;q=0.5           | fr",
                "en;q=0.1, es           | es",
                "nl                     | en",
                "*                      | en",
                "''                     | en",
                "null                   | en",
                "de;q=nonsense          | en",
                "<script>               | en",
            })
    void first_accepted_language_with_a_translation_is_used(String header, String language) {
        assertThat(PageWriter.language(header).toLanguageTag()).isEqualTo(language);
    }

    @ParameterizedTest
    @ValueSource(strings = {"de", "fr", "es", "pt-BR", "pt-PT"})
    void each_message_is_translated_with_the_same_parameters(String language) throws IOException {
        Properties file = new Properties();
        try (InputStream in = PageText.class.getResourceAsStream("/messages/text_" + language + ".properties")) {
            assertThat(in).isNotNull();
            file.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        }
        Map<String, Set<String>> english = new TreeMap<>();
        for (Method message : PageText.class.getMethods()) {
            english.put(
                    message.getName(),
                    placeholders(message.getAnnotation(Message.class).value()));
        }
        Map<String, Set<String>> translated = new TreeMap<>();
        file.stringPropertyNames().forEach(key -> translated.put(key, placeholders(file.getProperty(key))));

        assertThat(translated).isEqualTo(english);
        assertThat(PageWriter.LANGUAGES).contains(Locale.forLanguageTag(language));
    }

    private static Set<String> placeholders(String message) {
        Set<String> found = new TreeSet<>();
        PLACEHOLDER.matcher(message).results().forEach(match -> found.add(match.group()));
        return found;
    }
}
