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

    /**
     * The transit key: derived, not exportable, and without plaintext backup. The script deploy/vault/setup creates the
     * key {@code nexus} on the mount {@code transit}. For another name or mount, see docs/operations/vault.md.
     */
    @WithDefault("nexus")
    String key();

    /**
     * Whether each tenant's credentials and webhook secrets are encrypted with a separate key, such as
     * {@code nexus-tenant-acme-key}. Vault creates the key when the Broker encrypts the tenant's first value.
     * Destroying the key destroys all values that it has encrypted, in all copies of the database. Values that the
     * common key ({@code nexus.cipher.transit.key}) encrypted earlier remain readable. The common key also encrypts the
     * signing keys of state tokens, which belong to no tenant. Requires the policy
     * deploy/vault/nexus-broker-key-per-tenant.hcl.
     */
    @WithDefault("false")
    boolean keyPerTenant();

    /**
     * The maximum number of concurrent calls of one kind (encrypt or decrypt) for one key. The Broker opens at most
     * four times this number of connections to Vault, for all keys together, and at most twelve times this number for a
     * few seconds after time-outs. Further calls wait for a connection.
     */
    @WithDefault("2")
    @Range(min = 1, max = 64)
    int batchCalls();

    /**
     * A file with the secret id. The Broker reads the file at each login. Use it instead of
     * {@code quarkus.vault.authentication.app-role.secret-id}, which the Broker reads only at its start.
     */
    @WithName("app-role.secret-id-file")
    Optional<Path> secretIdFile();
}
