package dev.nexus.broker.cipher.vault;

import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitKeyInfo;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Refuses an unsafe key and an unsafe token. A key is unsafe if it is not derived, is exportable or allows plaintext
 * backup. A token is unsafe if, at one of the checked paths, it may do more than encrypt, decrypt, read the key's
 * metadata, renew itself and list its own rights. Also refuses a missing key and missing rights. Each message names the
 * setting and the fix.
 */
final class TransitGuards {

    /** If each tenant has its own key, the rights to the key of this invented tenant are checked. */
    private static final String ANY_TENANT = "guard";

    private static final Rights USE = Rights.just("update");
    private static final Rights USE_OR_CREATE = Rights.just("create", "update");
    private static final Rights READ = Rights.just("read");
    private static final Rights NONE = Rights.just();

    /** The asterisk in the policy also allows reads of the paths below a key. Vault has nothing to read there. */
    private static final Rights AT_MOST_READ = new Rights(Set.of(), Set.of("read"));

    private final VaultTransit vault;
    private final TransitConfig config;
    private final String mount;
    private final String login;

    TransitGuards(VaultTransit vault, TransitConfig config, VaultSettings settings) {
        this.vault = vault;
        this.config = config;
        this.mount = settings.mount();
        this.login = settings.loginSetting();
    }

    /** The capabilities that a token needs at a path, and the capabilities that it may have. */
    private record Rights(Set<String> needed, Set<String> allowed) {

        static Rights just(String... capabilities) {
            return new Rights(Set.of(capabilities), Set.of(capabilities));
        }
    }

    /**
     * Fails with an IllegalStateException if the key or the token is refused, and with
     * {@link VaultUnavailableException} if Vault gives no usable answer.
     */
    Uni<Void> check() {
        return vault.capabilities(List.copyOf(rights().keySet()))
                .invoke(this::checkToken)
                .chain(() -> vault.key(config.key()))
                .invoke(this::checkKey)
                .replaceWithVoid();
    }

    private void checkKey(Optional<VaultSecretsTransitKeyInfo> found) {
        VaultSecretsTransitKeyInfo info =
                found.orElseThrow(() -> new IllegalStateException("nexus.cipher.transit.key: Vault has no transit key "
                        + config.key() + " under " + mount + ". Create it with deploy/vault/setup."
                        + " For another name or mount, see docs/operations/vault.md"));
        TransitKeys.unsafe(info).ifPresent(reason -> {
            throw new IllegalStateException(
                    "nexus.cipher.transit.key: the key " + config.key() + " must not be used: " + reason);
        });
    }

    private void checkToken(Map<String, List<String>> capabilities) {
        List<String> excessive = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        rights().forEach((path, rights) -> {
            Set<String> granted = new TreeSet<>(capabilities.getOrDefault(path, List.of()));
            granted.remove("deny");
            if (!rights.allowed().containsAll(granted)) {
                excessive.add(path + " (" + String.join(", ", granted) + ")");
            } else if (!granted.containsAll(rights.needed())) {
                missing.add(path + " (" + String.join(", ", new TreeSet<>(rights.needed())) + ")");
            }
        });
        if (!excessive.isEmpty()) {
            throw new IllegalStateException("The Broker's Vault token has too many rights: "
                    + String.join("; ", excessive) + ". Give the role of " + login + " the policy " + policy()
                    + " and no other");
        }
        if (!missing.isEmpty()) {
            throw new IllegalStateException("The Broker's Vault token lacks rights: " + String.join("; ", missing)
                    + ". Give the role of " + login + " the policy " + policy());
        }
    }

    private String policy() {
        return config.keyPerTenant() ? "deploy/vault/nexus-broker-key-per-tenant.hcl" : "deploy/vault/nexus-broker.hcl";
    }

    private Map<String, Rights> rights() {
        Map<String, Rights> rights = new LinkedHashMap<>();
        key(rights, config.key(), USE, NONE);
        if (config.keyPerTenant()) {
            key(rights, TransitKeys.ofTenant(config.key(), ANY_TENANT), USE_OR_CREATE, AT_MOST_READ);
        }
        rights.put("sys/policies/acl/" + config.key() + "-broker", NONE);
        rights.put("sys/policy/" + config.key() + "-broker", NONE);
        rights.put("sys/mounts/" + mount, NONE);
        rights.put(mount + "/config/keys", NONE);
        rights.put("auth/token/create", NONE);
        rights.put("auth/token/renew-self", USE);
        rights.put("sys/capabilities-self", USE);
        return rights;
    }

    private void key(Map<String, Rights> rights, String name, Rights encrypt, Rights below) {
        rights.put(mount + "/encrypt/" + name, encrypt);
        rights.put(mount + "/decrypt/" + name, USE);
        rights.put(mount + "/keys/" + name, READ);
        rights.put(mount + "/keys/" + name + "/config", below);
        rights.put(mount + "/keys/" + name + "/rotate", below);
        rights.put(mount + "/keys/" + name + "/trim", below);
        rights.put(mount + "/export/encryption-key/" + name, NONE);
        rights.put(mount + "/backup/" + name, NONE);
        rights.put(mount + "/restore/" + name, NONE);
    }
}
