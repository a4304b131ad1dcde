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

    /** The transit key: derived, not exportable, and without plaintext backup. Create it with deploy/vault/setup. */
    @WithDefault("nexus")
    String key();

    /**
     * Whether each tenant's credentials are encrypted with a separate key, such as {@code nexus-tenant-acme-key}. Vault
     * creates the key with the tenant's first credential. Destroying the key destroys the credentials in all copies of
     * the database. State keys use the common key. Requires the policy deploy/vault/nexus-broker-key-per-tenant.hcl.
     */
    @WithDefault("false")
    boolean keyPerTenant();

    /**
     * The maximum number of concurrent calls of one kind (encrypt or decrypt) to one key. The Broker opens at most four
     * times as many connections to Vault.
     */
    @WithDefault("2")
    @Range(min = 1, max = 64)
    int batchCalls();

    /**
     * A file with the secret id, which is read at each login. It replaces
     * {@code quarkus.vault.authentication.app-role.secret-id}, which is read once.
     */
    @WithName("app-role.secret-id-file")
    Optional<Path> secretIdFile();
}
