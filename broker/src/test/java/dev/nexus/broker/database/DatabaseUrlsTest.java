package dev.nexus.broker.database;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.testsupport.Promise;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DatabaseUrlsTest {

    private static final String SETTING = "quarkus.datasource.reactive.url";

    @AfterEach
    void clear() {
        System.clearProperty(SETTING);
    }

    @Test
    @Promise(28)
    void the_message_about_an_invalid_url_of_the_service_has_no_part_of_it() {
        System.setProperty(
                SETTING, "vertx-reactive:postgresql://a.example.com/nexus,postgresql://nexus:canary-4711@b:port/nexus");

        assertThatThrownBy(() -> DatabaseUrls.check(CommandSettings.read()))
                .hasMessageStartingWith(SETTING + ": server 2 is not a PostgreSQL URL")
                .hasMessageNotContaining("canary-4711")
                .hasNoCause();
    }

    @Test
    void valid_urls_and_a_missing_setting_are_accepted() {
        assertThatCode(() -> DatabaseUrls.check(CommandSettings.read())).doesNotThrowAnyException();
        System.setProperty(SETTING, "postgresql://a.example.com:5432/nexus,postgresql://b.example.com/nexus");

        assertThatCode(() -> DatabaseUrls.check(CommandSettings.read())).doesNotThrowAnyException();
    }
}
