package dev.nexus.broker.cipher.vault;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.nio.file.Path;
import java.util.Optional;
import org.hibernate.validator.constraints.Range;

/** Vault's transit engine. Address, TLS, namespace and login are settings of {@code quarkus.vault}. */
@ConfigMapping(prefix = "nexus.cipher.transit")
interface TransitConfig {

    /** The transit key: derived, not exportable, without plaintext backup; made as deploy/vault/setup does. */
    @WithDefault("nexus")
    String key();

    /**
     * Whether each tenant's credentials are sealed with a key of its own, named
     * {@code nexus-tenant-acme-key} and made with its first credential, so that destroying that key destroys
     * them wherever a copy of the database lies. State keys stay under the one key. Needs the policy
     * deploy/vault/nexus-broker-key-per-tenant.hcl.
     */
    @WithDefault("false")
    boolean keyPerTenant();

    /**
     * Calls of one kind (encrypting, decrypting) to one key that are in flight at once. The Broker opens at most four times as
     * many connections to Vault.
     */
    @WithDefault("2")
    @Range(min = 1, max = 64)
    int batchCalls();

    /**
     * A file with the secret id, read again at each login, in place of
     * {@code quarkus.vault.authentication.app-role.secret-id}, which is read once.
     */
    @WithName("app-role.secret-id-file")
    Optional<Path> secretIdFile();
}
