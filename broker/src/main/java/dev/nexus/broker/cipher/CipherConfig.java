package dev.nexus.broker.cipher;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** What seals credentials and state keys. */
@ConfigMapping(prefix = "nexus.cipher")
public interface CipherConfig {

    /** Which cipher seals: {@code local}, a key file of this machine, which the production profile refuses. */
    @WithDefault("local")
    Kind kind();

    /** The local keyset. */
    Local local();

    /** The local keyset. */
    interface Local {

        /** Where the local keyset lies; made with mode 0600 where it is missing. Needed for the kind {@code local}. */
        Optional<Path> keysetFile();
    }

    /** The kinds of cipher. */
    enum Kind {
        LOCAL
    }
}
