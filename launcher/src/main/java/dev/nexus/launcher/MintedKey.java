package dev.nexus.launcher;

import java.util.List;

/**
 * An API key that the Gateway's command {@code mint-key} has created.
 *
 * @param key the secret key
 * @param entry its entry for the API keys file, in YAML; empty if the key was read from the folder of an earlier run
 */
public record MintedKey(String key, String entry) {

    /** The properties of a key to mint. {@code options} are further options of {@code mint-key}. */
    public record Spec(String tenant, String scopes, List<String> options) {

        public Spec(String tenant, String scopes, String... options) {
            this(tenant, scopes, List.of(options));
        }
    }

    @Override
    public String toString() {
        return "MintedKey[***]";
    }
}
