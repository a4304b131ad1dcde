package dev.nexus.broker.verification;

import static dev.nexus.broker.verification.AskedProvider.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.broker.testing.Flow;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * The provider and the beans of tests that verify credentials. After each test, it checks the log for the secret. Quarkus
 * does not inherit its annotations: each test class needs {@code @TestProfile(AskedProvider.Profile.class)}.
 */
abstract class VerifyingBroker {

    @Inject
    AskedProvider asked;

    @Inject
    Flow flow;

    @Inject
    ObjectMapper json;

    @BeforeAll
    static void listen() {
        AskedProvider.listen();
    }

    @AfterAll
    static void end() {
        AskedProvider.close();
    }

    @BeforeEach
    void begin() {
        asked.begin();
    }

    @AfterEach
    void nothing_of_the_secret_is_logged() {
        assertThat(asked.logged()).noneMatch(line -> line.contains(SECRET));
        assertThat(AskedProvider.redirectedTo().connections()).isZero();
    }
}
