package dev.nexus.broker.cipher;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** The encryption of credentials, state keys and webhook secrets. */
@ConfigMapping(prefix = "nexus.cipher")
public interface CipherConfig {

    /**
     * The cipher that encrypts: {@code transit}, a key in Vault; or {@code local}, a key file on this machine, which
     * the production profile refuses.
     */
    @WithDefault("local")
    Kind kind();

    /**
     * The second cipher during a migration between two ciphers. The Broker encrypts with the cipher of {@code kind},
     * and decrypts with both. The re-seal job moves the values of the second cipher to the cipher of {@code kind}. See
     * docs/operations/runbooks/rotate-keys.md.
     */
    Optional<Kind> migrationKind();

    /** The kinds of cipher. */
    enum Kind {
        LOCAL,
        TRANSIT
    }
}
