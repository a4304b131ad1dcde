package dev.nexus.broker.testing;

import java.time.Duration;
import java.util.Optional;

/**
 * Decides where the PostgreSQL and the Vault of the tests run: in containers if a Docker engine answers, otherwise on
 * this machine. It decides once per run, and prints the choice with its reason.
 *
 * <p>The environment variable NEXUS_TEST_CONTAINERS overrides the choice. Its values are {@code never} and {@code
 * required}. With {@code required}, the tests fail if no engine answers.
 */
final class TestServers {

    static final String POSTGRES_VERSION = "18";
    static final String VAULT_VERSION = "1.20";

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final String OVERRIDE = "NEXUS_TEST_CONTAINERS";

    /** A system property, because Quarkus loads this class once for each application that it starts. */
    private static final String DECIDED = "nexus.test.containers";

    private TestServers() {}

    /** Returns true if PostgreSQL and Vault run in containers. */
    static synchronized boolean inContainers() {
        if (System.getProperty(DECIDED) == null) {
            Choice choice = choose(
                    Optional.ofNullable(System.getenv(OVERRIDE)).orElse(""),
                    Optional.ofNullable(System.getenv("DOCKER_HOST")).filter(host -> !host.isBlank()));
            System.out.println(choice.message());
            System.setProperty(DECIDED, String.valueOf(choice.inContainers()));
        }
        return Boolean.getBoolean(DECIDED);
    }

    /** @param message the choice and its reason, for the log of the tests */
    record Choice(boolean inContainers, String message) {}

    static Choice choose(String override, Optional<String> dockerHost) {
        return switch (override) {
            case "never" -> local(OVERRIDE + " is never");
            case "required" ->
                DockerEngine.version(dockerHost, PATIENCE)
                        .map(TestServers::containers)
                        .orElseThrow(() -> new IllegalStateException(OVERRIDE
                                + " is required, and no Docker engine answers. Start one, or set DOCKER_HOST."));
            case "" ->
                DockerEngine.version(dockerHost, PATIENCE)
                        .map(TestServers::containers)
                        .orElseGet(() -> local("no Docker engine answers"));
            default -> throw new IllegalArgumentException(OVERRIDE + " must be never, required or unset");
        };
    }

    private static Choice containers(String docker) {
        return new Choice(
                true,
                "Tests use PostgreSQL %s and Vault %s in containers (Docker %s)"
                        .formatted(POSTGRES_VERSION, VAULT_VERSION, docker));
    }

    private static Choice local(String reason) {
        return new Choice(
                false,
                "Tests use the embedded PostgreSQL %s and the vault on PATH: %s".formatted(POSTGRES_VERSION, reason));
    }
}
