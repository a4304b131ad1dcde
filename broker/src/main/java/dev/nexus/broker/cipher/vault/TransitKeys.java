package dev.nexus.broker.cipher.vault;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nexus.broker.cipher.CipherBinding;
import io.quarkus.vault.client.api.secrets.transit.VaultSecretsTransitKeyInfo;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Chooses the transit key of a value, and refuses unsafe keys. {@link TransitGuards} checks the common key
 * ({@code nexus.cipher.transit.key}) at startup. Vault creates a tenant's own key when the tenant's first value is
 * encrypted. The new key is derived, because the call has a context. Each Broker checks an existing key of a tenant
 * before it uses the key for the first time, and again if it has not used the key for some minutes.
 */
final class TransitKeys {

    private static final Logger LOG = Logger.getLogger(TransitKeys.class);

    /** The size limit of a {@link #cache()}. */
    static final int MAX_CACHED = 10_000;

    /** Longer than any call to Vault, so that no entry in use expires. */
    private static final Duration EXPIRY = Duration.ofMinutes(10);

    private final String key;
    private final boolean perTenant;
    private final Function<String, Uni<Optional<VaultSecretsTransitKeyInfo>>> vault;
    private final Cache<String, Boolean> trusted = cache().build();

    /** @param vault returns the metadata of a key by its name */
    TransitKeys(TransitConfig config, Function<String, Uni<Optional<VaultSecretsTransitKeyInfo>>> vault) {
        this.key = config.key();
        this.perTenant = config.keyPerTenant();
        this.vault = vault;
    }

    /**
     * Returns the builder of a cache whose keys are names of transit keys. An entry that has expired or was evicted is
     * created again when its key is used again.
     */
    static Caffeine<Object, Object> cache() {
        return Caffeine.newBuilder().maximumSize(MAX_CACHED).expireAfterAccess(EXPIRY);
    }

    /**
     * Returns the name of a tenant's own key. The name ends with {@code -key}: the last character of a key's name in
     * Vault must be a word character, but a tenant's name can end with another character.
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
     * Returns true if {@code name} is a key that can have encrypted a value of {@code binding}: the common key, or the
     * tenant's own key.
     */
    boolean mayOpen(String name, CipherBinding binding) {
        return name.equals(key)
                || binding.owner()
                        .filter(tenant -> name.equals(ofTenant(key, tenant)))
                        .isPresent();
    }

    /**
     * Fails with {@link VaultUnavailableException} if the key exists and is unsafe. Also fails if the key must be
     * checked and Vault gives no usable answer. A missing key passes.
     */
    Uni<Void> requireSafe(String name) {
        if (name.equals(key) || trusted.getIfPresent(name) != null) {
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
        trusted.put(name, true);
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
