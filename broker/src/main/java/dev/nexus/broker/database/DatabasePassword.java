package dev.nexus.broker.database;

import dev.nexus.runtime.InvalidFileException;
import dev.nexus.runtime.ReloadedFiles;
import dev.nexus.runtime.WatchedFile;
import io.quarkus.arc.Unremovable;
import io.quarkus.credentials.CredentialsProvider;
import io.quarkus.scheduler.Scheduled;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * The password in {@code nexus.database.password-file}. Both data sources get it: the pool from
 * {@link DatabaseServers}, and Flyway as the credentials provider of {@code application.yaml}.
 */
@Singleton
@Named(DatabasePassword.NAME)
@Unremovable
class DatabasePassword implements CredentialsProvider {

    /** The value of {@code quarkus.datasource.credentials-provider}. */
    static final String NAME = "nexus-database-password";

    static final String SETTING = "nexus.database.password-file";
    static final String RULE = "must name a UTF-8 file with the password of quarkus.datasource.username";
    private static final Logger LOG = Logger.getLogger(DatabasePassword.class);

    private final Optional<WatchedFile<String>> file;

    DatabasePassword(
            DatabaseConfig config,
            @ConfigProperty(name = "quarkus.datasource.password") Optional<String> password,
            ReloadedFiles files) {
        if (config.passwordFile().isPresent() && password.isPresent()) {
            throw new IllegalStateException(
                    "set either " + SETTING + " or quarkus.datasource.password: remove one of them");
        }
        this.file = config.passwordFile()
                .map(path -> new WatchedFile<>(SETTING, RULE, path, DatabasePassword::parse, files));
    }

    /** Returns the content without one line break at its end. Editors and {@code echo} add it. */
    static String parse(String content) throws InvalidFileException {
        String password = content.replaceFirst("\\r?\\n\\z", "");
        if (password.isEmpty()) {
            throw new InvalidFileException("it is empty");
        }
        return password;
    }

    /** Returns the password; empty if the setting is absent. */
    Optional<String> value() {
        return file.map(WatchedFile::value);
    }

    @Override
    public Map<String, String> getCredentials(String name) {
        return value().map(password -> Map.of(PASSWORD_PROPERTY_NAME, password)).orElse(Map.of());
    }

    @Scheduled(every = "2s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void reload() {
        if (file.isPresent() && file.get().reload()) {
            LOG.infof("New connections to PostgreSQL use the new password: setting=%s", SETTING);
        }
    }
}
