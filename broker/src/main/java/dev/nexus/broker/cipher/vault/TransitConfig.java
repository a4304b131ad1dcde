package dev.nexus.broker.cipher.vault;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

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

    /** Connections to Vault, 1 or more. */
    @WithDefault("8")
    int poolSize();

    /** Values that share one call, 1–1,000; 1 turns the sharing off. */
    @WithDefault("128")
    int batchItems();

    /** Calls of one kind (sealing, opening) to one key that are in flight at once, 1 or more. */
    @WithDefault("2")
    int batchCalls();

    /** How long a starting Broker waits for a Vault that is sealed or does not answer before it gives up. */
    @WithDefault("PT30S")
    Duration startWait();

    /** What the login by AppRole has besides {@code quarkus.vault.authentication.app-role}. */
    AppRole appRole();

    /** Login by role id and secret id. */
    interface AppRole {

        /**
         * A file with the secret id, read again at each login, in place of
         * {@code quarkus.vault.authentication.app-role.secret-id}, which is read once.
         */
        Optional<Path> secretIdFile();
    }
}
