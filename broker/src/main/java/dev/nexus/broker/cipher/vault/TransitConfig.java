package dev.nexus.broker.cipher.vault;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Vault's transit engine. */
@ConfigMapping(prefix = "nexus.cipher.transit")
interface TransitConfig {

    /** Vault's address, such as {@code https://vault.example.com:8200}. Needed for the kind {@code transit}. */
    Optional<URI> url();

    /** The certificates (PEM) that Vault's is to be signed by. Absent: those that Java trusts. */
    Optional<Path> caFile();

    /** The Vault namespace (Vault Enterprise). */
    Optional<String> namespace();

    /** Where the transit engine is mounted. */
    @WithDefault("transit")
    String mount();

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

    /** How long one call may take, below the two seconds that a request has. */
    @WithDefault("PT1.5S")
    Duration timeout();

    /** How long a starting Broker waits for a Vault that is sealed or does not answer before it gives up. */
    @WithDefault("PT30S")
    Duration startWait();

    /** The Kubernetes auth method; the one to use within Kubernetes. */
    Kubernetes kubernetes();

    /** The AppRole auth method; the one to use elsewhere. */
    AppRole appRole();

    /** Login by the Pod's service account. */
    interface Kubernetes {

        /** The role at Vault; given, it chooses this login. */
        Optional<String> role();

        /** Where the auth method is mounted. */
        @WithDefault("kubernetes")
        String mount();

        /** The service account's token, read anew at each login. */
        @WithDefault("/var/run/secrets/kubernetes.io/serviceaccount/token")
        Path tokenFile();
    }

    /** Login by role id and secret id. */
    interface AppRole {

        /** The role id; given, it chooses this login. */
        Optional<String> roleId();

        /** A file with the secret id, read anew at each login. */
        Optional<Path> secretIdFile();

        /** Where the auth method is mounted. */
        @WithDefault("approle")
        String mount();
    }
}
