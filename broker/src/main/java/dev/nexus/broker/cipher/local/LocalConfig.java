package dev.nexus.broker.cipher.local;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** The local keyset. */
@ConfigMapping(prefix = "nexus.cipher.local")
interface LocalConfig {

    /** The file of the local keyset. A missing file is created with mode 0600. Required for the kind {@code local}. */
    Optional<Path> keysetFile();
}
