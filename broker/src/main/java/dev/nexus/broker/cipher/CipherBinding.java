package dev.nexus.broker.cipher;

import java.util.Optional;
import java.util.UUID;

/**
 * The row that a ciphertext belongs to. The cipher authenticates the binding as associated data, see
 * {@link BindingBytes}. A ciphertext that is moved to another row therefore cannot be decrypted.
 */
public sealed interface CipherBinding {

    /**
     * The tenant of the value. Empty for a value that belongs to no tenant. If each tenant has its own key, the key of
     * this tenant encrypts the value.
     */
    Optional<String> owner();

    /** The kind of the value: {@code credential}, {@code state_key} or {@code webhook_secret}. */
    String kind();

    /** The key=value fields that identify the value's row in a log line. */
    String fields();

    /** A captured credential of one connection. */
    record CredentialBinding(String tenant, UUID connection, UUID provider) implements CipherBinding {
        @Override
        public Optional<String> owner() {
            return Optional.of(tenant);
        }

        @Override
        public String kind() {
            return "credential";
        }

        @Override
        public String fields() {
            return "tenant=" + tenant + " connection=" + connection + " provider=" + provider;
        }
    }

    /** A state-token signing key. */
    record StateKeyBinding(String kid) implements CipherBinding {
        @Override
        public Optional<String> owner() {
            return Optional.empty();
        }

        @Override
        public String kind() {
            return "state_key";
        }

        @Override
        public String fields() {
            return "kid=" + kid;
        }
    }

    /** A signing secret of a webhook endpoint. */
    record WebhookSecretBinding(String tenant, UUID endpoint, UUID secret) implements CipherBinding {
        @Override
        public Optional<String> owner() {
            return Optional.of(tenant);
        }

        @Override
        public String kind() {
            return "webhook_secret";
        }

        @Override
        public String fields() {
            return "tenant=" + tenant + " endpoint=" + endpoint + " secret=" + secret;
        }
    }
}
