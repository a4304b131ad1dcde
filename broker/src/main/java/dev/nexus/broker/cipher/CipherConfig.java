package dev.nexus.broker.cipher;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** What seals credentials and state keys. */
@ConfigMapping(prefix = "nexus.cipher")
public interface CipherConfig {

    /**
     * Which cipher seals: {@code transit}, a key of Vault's; or {@code local}, a key file of this machine, which the
     * production profile refuses.
     */
    @WithDefault("local")
    Kind kind();

    /**
     * Another cipher, which opens what it once sealed and seals nothing: for moving from one to the other, see
     * docs/runbooks/rotate-keys.md. The values under it are sealed again by the kind that seals.
     */
    Optional<Kind> alsoOpens();

    /** The kinds of cipher. */
    enum Kind {
        LOCAL,
        TRANSIT
    }
}
