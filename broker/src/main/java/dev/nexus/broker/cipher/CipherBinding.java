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

    /** What kind of value it is: {@code credential}, {@code state_key} or {@code webhook_secret}. */
    String kind();

    /** The key=value fields that find the value's row; for a log line. */
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

    /** A secret that signs the deliveries to one webhook endpoint. */
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
