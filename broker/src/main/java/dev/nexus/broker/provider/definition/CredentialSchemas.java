package dev.nexus.broker.provider.definition;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import dev.nexus.strategy.Credential;
import dev.nexus.strategy.StrategyJson;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/**
 * Checks credentials against their provider's schema, each version compiled once. What is small is checked in place;
 * compiling, and checking what may take longer than {@link #IN_PLACE_STEPS}, is left to {@link SchemaWorkers}.
 */
@ApplicationScoped
public class CredentialSchemas {

    private static final Logger LOG = Logger.getLogger(CredentialSchemas.class);

    /** Bytes of compiled schemas, about. A version never changes, so none goes stale. */
    private static final long HELD_BYTES = 64L * 1024 * 1024;

    /** Of one tenant, so that its schemas do not displace those of the others. */
    private static final long HELD_BYTES_PER_TENANT = HELD_BYTES / 8;

    /** Steps of about one microsecond that an event loop is held for at most. */
    private static final long IN_PLACE_STEPS = 3_000;

    private final AsyncCache<Version, CompiledVersion> compiled = Caffeine.newBuilder()
            .maximumWeight(HELD_BYTES)
            .weigher((Version version, CompiledVersion held) -> (int) held.bytes())
            .buildAsync();
    private final SchemaWorkers workers;

    CredentialSchemas(SchemaWorkers workers) {
        this.workers = workers;
    }

    /**
     * One version of a provider.
     *
     * @param tenant who captures
     * @param schema its text as registered
     * @param strategy its JSON text as stored; a field that it sends where the empty string means something may be empty
     */
    public record Versioned(String tenant, UUID provider, int version, String schema, String strategy) {}

    /**
     * Returns where the credentials follow the schema and the rules beyond it: no unknown top-level member, a non-blank
     * character in every required string, no string over 16 KiB, no number beyond 1,000 digits.
     *
     * @return fails with {@link ApiException} invalid_credentials, with one detail for each violated rule, at most 32;
     *     nothing in it comes from the credentials
     */
    public Uni<Void> check(Versioned provider, Credential credential) {
        return compiled(provider)
                .chain(held -> held.steps(credential) <= IN_PLACE_STEPS
                        ? answer(held.violations(credential))
                        : workers.run(provider.tenant(), () -> held.violations(credential))
                                .chain(CredentialSchemas::answer));
    }

    /** Compiled once, however many captures wait for it; each goes on where it was asked for. */
    private Uni<CompiledVersion> compiled(Versioned provider) {
        return Uni.createFrom().deferred(() -> {
            Context own = Vertx.currentContext();
            CompletableFuture<CompiledVersion> held = compiled.get(
                    new Version(provider.provider(), provider.version()),
                    (version, executor) -> workers.run(provider.tenant(), () -> compile(provider))
                            .invoke(() -> keepShare(provider.tenant()))
                            .subscribeAsCompletionStage());
            if (held.isDone() && !held.isCompletedExceptionally()) {
                return Uni.createFrom().item(held.join());
            }
            Uni<CompiledVersion> shared = Uni.createFrom().completionStage(held.copy());
            return own == null ? shared : shared.emitOn(next -> own.runOnContext(ignored -> next.run()));
        });
    }

    private static Uni<Void> answer(List<Detail> violations) {
        return violations.isEmpty()
                ? Uni.createFrom().voidItem()
                : Uni.createFrom()
                        .failure(new ApiException(
                                ErrorCode.INVALID_CREDENTIALS,
                                "The credentials do not follow the provider's schema",
                                violations));
    }

    private static CompiledVersion compile(Versioned provider) {
        try {
            return new CompiledVersion(
                    provider.tenant(),
                    Optional.of(CredentialSchema.compile(
                            provider.schema(),
                            StrategyJson.parse(provider.strategy()).emptiableFields())));
        } catch (InvalidSchemaException e) {
            LOG.warnf(
                    "A stored credential schema is beyond the limits and takes no credentials: provider=%s version=%d"
                            + " cause=%s",
                    provider.provider(), provider.version(), e.getMessage());
            return new CompiledVersion(provider.tenant(), Optional.empty());
        }
    }

    /** Evicts a tenant's versions once they take more than its share. */
    private void keepShare(String tenant) {
        long bytes = compiled.synchronous().asMap().values().stream()
                .filter(held -> held.tenant().equals(tenant))
                .mapToLong(CompiledVersion::bytes)
                .sum();
        if (bytes > HELD_BYTES_PER_TENANT) {
            compiled.synchronous()
                    .asMap()
                    .values()
                    .removeIf(held -> held.tenant().equals(tenant));
        }
    }

    private record Version(UUID provider, int version) {}

    /** Empty for a version that an earlier release has accepted and this one does not compile. */
    private record CompiledVersion(String tenant, Optional<CredentialSchema> schema) {

        private static final int ENTRY_BYTES = 200;

        long bytes() {
            return ENTRY_BYTES + schema.map(CredentialSchema::bytes).orElse(0L);
        }

        long steps(Credential credential) {
            return schema.map(compiled -> compiled.steps(credential)).orElse(0L);
        }

        List<Detail> violations(Credential credential) {
            return schema.map(compiled -> compiled.violations(credential))
                    .orElseGet(() -> List.of(new Detail(
                            "/credentials",
                            "schema",
                            "cannot be checked: the provider's schema is beyond a limit. Its administrator must register"
                                    + " a smaller one")));
        }
    }
}
