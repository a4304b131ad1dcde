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
 * Checks credentials against their provider's schema. Compiles a version when it is first needed, and caches it. Small
 * checks run on the caller's thread. Compilation, and checks above {@link #IN_PLACE_STEPS}, run on
 * {@link SchemaWorkers}.
 */
@ApplicationScoped
public class CredentialSchemas {

    private static final Logger LOG = Logger.getLogger(CredentialSchemas.class);

    /** The approximate maximum size of the cache in bytes. A version never changes, so no entry becomes stale. */
    private static final long MAX_CACHE_BYTES = 64L * 1024 * 1024;

    /**
     * The limit of one tenant, an eighth of the cache, so that its schemas do not evict the schemas of other tenants.
     */
    private static final long MAX_CACHE_BYTES_PER_TENANT = MAX_CACHE_BYTES / 8;

    /**
     * The limit for a check on an event loop, in steps of about one microsecond. A check on {@link SchemaWorkers} may
     * take {@link CredentialSchema#MAX_STEPS}.
     */
    private static final long IN_PLACE_STEPS = 3_000;

    private final AsyncCache<Version, CompiledVersion> compiled = Caffeine.newBuilder()
            .maximumWeight(MAX_CACHE_BYTES)
            .weigher((Version version, CompiledVersion entry) -> (int) entry.bytes())
            .buildAsync();
    private final SchemaWorkers workers;

    CredentialSchemas(SchemaWorkers workers) {
        this.workers = workers;
    }

    /**
     * One version of a provider.
     *
     * @param tenant the tenant whose user submits the credential
     * @param schema the registered text of the credential schema
     * @param strategy the stored JSON text of the strategy, which decides which required fields may be the empty string
     */
    public record Versioned(String tenant, UUID provider, int version, String schema, String strategy) {}

    /**
     * Checks a credential against the schema, the limits of {@link CredentialLimits} and two additional rules. An
     * unknown top-level member is refused, unless the schema has its own rule for unknown members. Each required string
     * has a non-blank character.
     *
     * @return fails with {@link ApiException} invalid_credentials, with one detail for each violated rule, at most 32.
     *     Fails with unavailable like {@link SchemaWorkers#run}. The exception contains no text from the credentials,
     *     except names that the schema declares
     */
    public Uni<Void> check(Versioned provider, Credential credential) {
        return compiled(provider)
                .chain(schema -> schema.steps(credential) <= IN_PLACE_STEPS
                        ? answer(schema.violations(credential))
                        : workers.run(provider.tenant(), () -> schema.violations(credential))
                                .chain(CredentialSchemas::answer));
    }

    /**
     * Returns the compiled version. Concurrent captures share one compilation. Each capture continues on its own
     * context.
     */
    private Uni<CompiledVersion> compiled(Versioned provider) {
        return Uni.createFrom().deferred(() -> {
            Context own = Vertx.currentContext();
            CompletableFuture<CompiledVersion> cached = compiled.get(
                    new Version(provider.provider(), provider.version()),
                    (version, executor) -> workers.run(provider.tenant(), () -> compile(provider))
                            .invoke(() -> enforceTenantLimit(provider.tenant()))
                            .subscribeAsCompletionStage());
            if (cached.isDone() && !cached.isCompletedExceptionally()) {
                return Uni.createFrom().item(cached.join());
            }
            Uni<CompiledVersion> shared = Uni.createFrom().completionStage(cached.copy());
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
                    "A stored credential schema cannot be used and accepts no credentials: provider=%s version=%d"
                            + " cause=%s",
                    provider.provider(), provider.version(), e.getMessage());
            return new CompiledVersion(provider.tenant(), Optional.empty());
        }
    }

    /** Evicts all versions of a tenant if they exceed its limit. */
    private void enforceTenantLimit(String tenant) {
        long bytes = compiled.synchronous().asMap().values().stream()
                .filter(entry -> entry.tenant().equals(tenant))
                .mapToLong(CompiledVersion::bytes)
                .sum();
        if (bytes > MAX_CACHE_BYTES_PER_TENANT) {
            compiled.synchronous()
                    .asMap()
                    .values()
                    .removeIf(entry -> entry.tenant().equals(tenant));
        }
    }

    private record Version(UUID provider, int version) {}

    /** The schema is empty if this release cannot compile a schema that an earlier release has accepted. */
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
                            "could not be checked: the provider's schema exceeds a limit or is not valid. The"
                                    + " administrator must register another schema.")));
        }
    }
}
