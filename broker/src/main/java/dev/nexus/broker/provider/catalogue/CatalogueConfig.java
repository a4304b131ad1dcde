package dev.nexus.broker.provider.catalogue;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** Settings of the provider catalogue. */
@ConfigMapping(prefix = "nexus.catalogue")
interface CatalogueConfig {

    /**
     * A folder of further catalogue entries, one {@code *.yaml} file each, read once at start. Absent: only the entries
     * that come with the Broker.
     */
    Optional<Path> folder();

    /**
     * A folder with one folder for each tenant, named after it, of catalogue entries that become that tenant's own
     * providers. Read once at start. Absent: none.
     */
    Optional<Path> tenantsFolder();
}
