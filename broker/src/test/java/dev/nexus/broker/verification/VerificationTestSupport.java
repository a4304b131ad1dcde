package dev.nexus.broker.verification;

import static dev.nexus.broker.verification.VerificationProvider.SECRET;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.broker.testing.Flow;
import jakarta.inject.Inject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * The provider and the beans of tests that verify credentials. After each test, it checks that the log does not contain
 * the secret, and that no redirect was followed. A class does not inherit the Quarkus annotations of its superclass.
 * Therefore, each test class needs {@code @TestProfile(VerificationProvider.Profile.class)}.
 */
abstract class VerificationTestSupport {

    @Inject
    VerificationProvider provider;

    @Inject
    Flow flow;

    @Inject
    ObjectMapper json;

    @BeforeAll
    static void listen() {
        VerificationProvider.listen();
    }

    @AfterAll
    static void end() {
        VerificationProvider.close();
    }

    @BeforeEach
    void installNames() {
        provider.installNames();
    }

    @AfterEach
    void assertSecretIsNotLoggedAndRedirectIsNotFollowed() {
        assertThat(provider.stopLog()).noneMatch(line -> line.contains(SECRET));
        assertThat(VerificationProvider.redirectedTo().connections()).isZero();
    }
}
