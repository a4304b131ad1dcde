package dev.nexus.broker.cipher.vault;

import dev.nexus.broker.cipher.CipherBinding;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitKeyInfo;
import io.smallrye.mutiny.Uni;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Chooses the transit key of a value, and refuses unsafe keys. {@link TransitGuards} checks the common key at the
 * start. Vault creates a tenant's own key with its first value. The key is derived, because the value has a context.
 * Each process checks such a key once, before its first use.
 */
final class TransitKeys {

    private static final Logger LOG = Logger.getLogger(TransitKeys.class);

    private final String key;
    private final boolean perTenant;
    private final Function<String, Uni<Optional<VaultSecretsTransitKeyInfo>>> vault;
    private final Set<String> trusted = ConcurrentHashMap.newKeySet();

    /** @param vault returns the metadata of a key by its name */
    TransitKeys(TransitConfig config, Function<String, Uni<Optional<VaultSecretsTransitKeyInfo>>> vault) {
        this.key = config.key();
        this.perTenant = config.keyPerTenant();
        this.vault = vault;
        this.trusted.add(key);
    }

    /**
     * Returns the name of a tenant's own key. It ends in {@code -key}, because a key's name in Vault must end in a word
     * character, and a tenant's name may end in another character.
     */
    static String ofTenant(String key, String tenant) {
        return key + "-tenant-" + tenant + "-key";
    }

    /** Returns the key that encrypts new values of {@code binding}. */
    String keyFor(CipherBinding binding) {
        return binding.owner()
                .filter(tenant -> perTenant)
                .map(tenant -> ofTenant(key, tenant))
                .orElse(key);
    }

    /**
     * Returns true if a value of {@code binding} can have the key {@code name}: the common key, or the tenant's own
     * key.
     */
    boolean mayOpen(String name, CipherBinding binding) {
        return name.equals(key)
                || binding.owner()
                        .filter(tenant -> name.equals(ofTenant(key, tenant)))
                        .isPresent();
    }

    /** Fails if the key exists and is unsafe. */
    Uni<Void> requireSafe(String name) {
        if (trusted.contains(name)) {
            return Uni.createFrom().voidItem();
        }
        return vault.apply(name)
                .invoke(found -> found.ifPresent(info -> trust(name, info)))
                .replaceWithVoid();
    }

    private void trust(String name, VaultSecretsTransitKeyInfo info) {
        unsafe(info).ifPresent(reason -> {
            LOG.errorf("The transit key %s is unsafe and is not used: %s", name, reason);
            throw new VaultUnavailableException("an unsafe key");
        });
        trusted.add(name);
    }

    /** Returns the reason why a key must not be used; empty if it is safe. */
    static Optional<String> unsafe(VaultSecretsTransitKeyInfo info) {
        if (!Boolean.TRUE.equals(info.isDerived())) {
            return Optional.of("it is not derived, so Vault would ignore the bindings of values. Create a new key with"
                    + " derived=true");
        }
        if (!Boolean.FALSE.equals(info.isExportable())) {
            return Optional.of("it is exportable, which cannot be changed. Create a new key");
        }
        if (!Boolean.FALSE.equals(info.isAllowPlaintextBackup())) {
            return Optional.of("it allows plaintext backup, which cannot be changed. Create a new key");
        }
        return Optional.empty();
    }
}
