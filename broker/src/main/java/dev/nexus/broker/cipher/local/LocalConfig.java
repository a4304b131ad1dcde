package dev.nexus.broker.cipher.local;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** The local keyset. */
@ConfigMapping(prefix = "nexus.cipher.local")
interface LocalConfig {

    /** Where the local keyset lies; made with mode 0600 where it is missing. Needed for the kind {@code local}. */
    Optional<Path> keysetFile();
}
