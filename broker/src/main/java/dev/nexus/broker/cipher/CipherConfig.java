package dev.nexus.broker.cipher;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** The encryption of credentials and state keys. */
@ConfigMapping(prefix = "nexus.cipher")
public interface CipherConfig {

    /**
     * The cipher that encrypts: {@code transit}, a key in Vault; or {@code local}, a key file on this machine, which
     * the production profile refuses.
     */
    @WithDefault("local")
    Kind kind();

    /**
     * The other cipher of a migration between two ciphers. It only decrypts the values that it encrypted. The re-seal
     * job moves these values to the cipher of {@code kind}. See docs/operations/runbooks/rotate-keys.md.
     */
    Optional<Kind> migrationKind();

    /** The kinds of cipher. */
    enum Kind {
        LOCAL,
        TRANSIT
    }
}
