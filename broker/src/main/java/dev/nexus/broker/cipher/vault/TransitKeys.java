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
 * Which transit key is whose, and whether it may be used. The one key is looked at by {@link TransitGuards} at the start;
 * a tenant's own key, which Vault makes with its first value (derived, since a context comes with it), is looked at once
 * before this process trusts it.
 */
final class TransitKeys {

    private static final Logger LOG = Logger.getLogger(TransitKeys.class);

    private final String key;
    private final boolean perTenant;
    private final Function<String, Uni<Optional<VaultSecretsTransitKeyInfo>>> vault;
    private final Set<String> trusted = ConcurrentHashMap.newKeySet();

    /** @param vault what Vault says of a key of that name */
    TransitKeys(TransitConfig config, Function<String, Uni<Optional<VaultSecretsTransitKeyInfo>>> vault) {
        this.key = config.key();
        this.perTenant = config.keyPerTenant();
        this.vault = vault;
        this.trusted.add(key);
    }

    /** The name of a tenant's own key. It ends in a word, as Vault's key names must; a tenant's name need not. */
    static String ofTenant(String key, String tenant) {
        return key + "-tenant-" + tenant + "-key";
    }

    /** The key that seals for {@code binding} from now on. */
    String sealing(CipherBinding binding) {
        return binding.owner()
                .filter(tenant -> perTenant)
                .map(tenant -> ofTenant(key, tenant))
                .orElse(key);
    }

    /** Whether {@code name} may ever have sealed for {@code binding}: the one key, or the key of its own tenant. */
    boolean opens(String name, CipherBinding binding) {
        return name.equals(key)
                || binding.owner()
                        .filter(tenant -> name.equals(ofTenant(key, tenant)))
                        .isPresent();
    }

    /** Fails where the key is there and is not as it must be. */
    Uni<Void> checked(String name) {
        if (trusted.contains(name)) {
            return Uni.createFrom().voidItem();
        }
        return vault.apply(name)
                .invoke(found -> found.ifPresent(info -> trust(name, info)))
                .replaceWithVoid();
    }

    private void trust(String name, VaultSecretsTransitKeyInfo info) {
        unsafe(info).ifPresent(why -> {
            LOG.errorf("The transit key %s is not used: %s", name, why);
            throw new VaultUnavailableException("an unsafe key");
        });
        trusted.add(name);
    }

    /** Why a key must not be used; empty where it may be. */
    static Optional<String> unsafe(VaultSecretsTransitKeyInfo info) {
        if (!Boolean.TRUE.equals(info.isDerived())) {
            return Optional.of("it is not derived, so Vault would ignore what a value is bound to; make a new key with"
                    + " derived=true");
        }
        if (!Boolean.FALSE.equals(info.isExportable())) {
            return Optional.of("it is exportable, and cannot be made otherwise; make a new key");
        }
        if (!Boolean.FALSE.equals(info.isAllowPlaintextBackup())) {
            return Optional.of("it allows plaintext backup, and cannot be made otherwise; make a new key");
        }
        return Optional.empty();
    }
}
