package dev.nexus.broker.provider.catalogue;

import dev.nexus.broker.database.DatabaseFailures;
import dev.nexus.broker.database.EntityTransactions;
import dev.nexus.broker.provider.ProviderRepository;
import dev.nexus.broker.provider.ProviderRepository.Entry;
import dev.nexus.broker.provider.RegisteredProvider;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Stores the catalogue in the registry. Call each method except {@link #withCatalogueLock} only within the work of
 * {@link #withCatalogueLock}.
 */
@ApplicationScoped
class CatalogueRepository {

    /** The key of the catalogue's advisory lock: "nexuscat" in ASCII. */
    private static final long KEY = 0x6e65787573636174L;

    private static final String LOCK = "select 1 from pg_advisory_xact_lock(:key)";

    private final EntityTransactions transactions;
    private final ProviderRepository providers;

    CatalogueRepository(EntityTransactions transactions, ProviderRepository providers) {
        this.transactions = transactions;
        this.providers = providers;
    }

    /**
     * Runs {@code work} in one transaction. Waits for another replica that applies the catalogue at the same time.
     *
     * @param limit the time limit, including the wait
     */
    Uni<Void> withCatalogueLock(Duration limit, Supplier<Uni<Void>> work) {
        return transactions.write(
                limit,
                () -> Panache.getSession()
                        .chain(session -> session.createNativeQuery(LOCK, Integer.class)
                                .setParameter("key", KEY)
                                .getSingleResult())
                        .chain(locked -> work.get()));
    }

    /** Finds the registry's providers of the entries, by their ids. */
    Uni<Map<UUID, Entry>> find(List<CatalogueEntry> entries) {
        return providers.entries(entries.stream().map(CatalogueEntry::id).toList());
    }

    Uni<Void> insert(CatalogueEntry entry) {
        return providers
                .addEntry(entry.id(), entry.tenant(), entry.slug(), entry.revision(), entry.definition())
                .onFailure(DatabaseFailures::isUniqueViolation)
                .transform(taken -> slugTaken(entry));
    }

    Uni<Void> change(CatalogueEntry entry, RegisteredProvider stored) {
        return providers
                .changeEntry(stored, entry.slug(), entry.revision(), entry.definition())
                .onFailure(DatabaseFailures::isUniqueViolation)
                .transform(taken -> slugTaken(entry));
    }

    private static CatalogueException slugTaken(CatalogueEntry entry) {
        return new CatalogueException(
                entry.file(), "/slug", "another provider in the registry has this slug. Choose another slug.");
    }
}
