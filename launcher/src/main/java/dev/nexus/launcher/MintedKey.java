package dev.nexus.launcher;

import java.util.List;

/**
 * An API key made by the Gateway's own command.
 *
 * @param key the key itself, secret
 * @param entry its entry for the API keys file, YAML
 */
public record MintedKey(String key, String entry) {

    /** What a key is to be. */
    public record Wish(String tenant, String scopes, List<String> options) {

        public Wish(String tenant, String scopes, String... options) {
            this(tenant, scopes, List.of(options));
        }
    }

    @Override
    public String toString() {
        return "MintedKey[***]";
    }
}
