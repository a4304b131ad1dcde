package dev.nexus.broker.provider.catalogue;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** Settings of the provider catalogue. */
@ConfigMapping(prefix = "nexus.catalogue")
interface CatalogueConfig {

    /**
     * A folder with more catalogue entries, one {@code *.yaml} file each. The Broker reads it only at startup. Default:
     * only the built-in entries.
     */
    Optional<Path> folder();

    /**
     * A folder with one subfolder for each tenant. The subfolder has the tenant's name and contains catalogue entries,
     * which become the tenant's own providers. The Broker reads it only at startup. Default: none.
     */
    Optional<Path> tenantsFolder();
}
