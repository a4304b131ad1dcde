package dev.nexus.broker.cipher;

import java.util.Optional;
import java.util.UUID;

/**
 * What a ciphertext belongs to. It is bound as associated data, encoded with lengths and a purpose tag, so that a
 * ciphertext moved to another row does not open.
 */
public sealed interface CipherBinding {

    /** The tenant whose own key seals it, where each tenant has one; empty for what belongs to none. */
    Optional<String> owner();

    /** A captured credential of one connection. */
    record CredentialBinding(String tenant, UUID connection, UUID provider) implements CipherBinding {
        @Override
        public Optional<String> owner() {
            return Optional.of(tenant);
        }
    }

    /** A state-token signing key. */
    record StateKeyBinding(String kid) implements CipherBinding {
        @Override
        public Optional<String> owner() {
            return Optional.empty();
        }
    }

    /** A secret that signs the deliveries to one webhook endpoint. */
    record WebhookSecretBinding(String tenant, UUID endpoint, UUID secret) implements CipherBinding {
        @Override
        public Optional<String> owner() {
            return Optional.of(tenant);
        }
    }
}
