package dev.nexus.broker.database;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** The Broker's connection to PostgreSQL. Further settings are below {@code quarkus.datasource}. */
@ConfigMapping(prefix = "nexus.database")
interface DatabaseConfig {

    /**
     * The file with the password of {@code quarkus.datasource.username}, in UTF-8. The password can have any character.
     * A line break at the end of the file is not a part of it. Reloaded within 2 s after a change, for new connections.
     * If absent, {@code quarkus.datasource.password} is the password.
     */
    Optional<Path> passwordFile();
}
