package dev.nexus.broker.webhook;

import dev.nexus.broker.audit.Audit;
import dev.nexus.broker.audit.AuditAction;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.database.EntityTransactions;
import dev.nexus.broker.webhook.ShowWebhook.Details;
import dev.nexus.broker.webhook.SigningSecrets.NewSecret;
import dev.nexus.broker.webhook.WebhookView.Validity;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;
import org.jspecify.annotations.Nullable;

/** Reads and changes a tenant's endpoint and its secrets. Each query is limited to the tenant. */
@ApplicationScoped
class WebhookEndpointRepository implements PanacheRepositoryBase<WebhookEndpoint, UUID> {

    /** The time for which an Idempotency-Key identifies a rotation. */
    private static final Duration KEY_RETENTION = Duration.ofHours(24);

    private static final String OF_TENANT = "select e from WebhookEndpoint e where e.tenant = :tenant";

    /** The endpoint, and the secret that a rotation with the Idempotency-Key has created. */
    private static final String WITH_SECRET_OF_KEY = """
            select e, s from WebhookEndpoint e
            left join WebhookSecret s on s.tenant = e.tenant and s.endpointId = e.id and s.idempotencyKey = :key
                 and s.createdAt > :since
            where e.tenant = :tenant
            """;

    /**
     * Selects the valid secrets, newest first, or one row without a secret. Each row also has the endpoint and its
     * backlog.
     */
    static final String SHOW = """
            select e.id, e.tenant, e.url, e.edition, e.disabled_at, e.created_at, e.updated_at,
                   s.created_at as secret_created_at, s.valid_until as secret_valid_until, w.pending, w.last_failure
            from webhook_endpoint e
            left join webhook_secret s on s.tenant = e.tenant and s.endpoint_id = e.id
                 and (s.valid_until is null or s.valid_until > now())
            cross join lateral (
                select count(*) as pending,
                       (select last_outcome from webhook_event
                        where tenant = e.tenant and endpoint_id = e.id and status = 'pending'
                          and last_outcome is not null
                        order by next_attempt_at desc limit 1) as last_failure
                from webhook_event where tenant = e.tenant and endpoint_id = e.id and status = 'pending'
            ) w
            where e.tenant = :tenant
            order by s.valid_until desc nulls first
            """;

    private static final String AUDIT_DELETED = audit(AuditAction.WEBHOOK_DELETED);

    /** Writes the audit event and reads the response in one statement, within the transaction of the change. */
    private static final String AUDIT_CHANGED_AND_SHOW = auditAndShow(AuditAction.WEBHOOK_CHANGED);

    private static final String AUDIT_ROTATED_AND_SHOW = auditAndShow(AuditAction.WEBHOOK_SECRET_ROTATED);

    /**
     * The newest secret stays valid for :overlap milliseconds. Of the older secrets, the oldest valid one stays valid
     * until its own end: if the response to a rotation was lost, the receiver knows only this secret. The others are
     * deleted, so that at most three secrets exist after the new one is added.
     */
    static final String END_SECRETS = """
            with middle as (
                delete from webhook_secret where tenant = :tenant and endpoint_id = :endpoint and valid_until is not null
                   and id is distinct from (
                       select o.id from webhook_secret o
                       where o.tenant = :tenant and o.endpoint_id = :endpoint and o.valid_until > clock_timestamp()
                       order by o.created_at, o.id limit 1)
            )
            update webhook_secret
            set valid_until = clock_timestamp() + cast(:overlap as float8) * interval '1 millisecond'
            where tenant = :tenant and endpoint_id = :endpoint and valid_until is null
            """;

    private static final String DELETE_SECRETS =
            "delete from WebhookSecret where tenant = :tenant and endpointId = :endpoint";

    private static final String DELETE_PREVIOUS_SECRETS = DELETE_SECRETS + " and validUntil is not null";

    private final EntityTransactions transactions;

    WebhookEndpointRepository(EntityTransactions transactions) {
        this.transactions = transactions;
    }

    private static String audit(AuditAction action) {
        return Audit.of(action).byCaller().insert();
    }

    private static String auditAndShow(AuditAction action) {
        return "with audited as (%s) %s".formatted(audit(action), SHOW);
    }

    /**
     * The undelivered events of an endpoint.
     *
     * @param lastFailure the outcome of the last failed attempt of one event that waits for a retry: the event whose
     *     retry is the latest. Null if no event waits for a retry
     */
    record Backlog(long pending, @Nullable String lastFailure) {}

    Uni<Optional<WebhookEndpoint>> ofTenant(String tenant) {
        return transactions.read(
                tenant,
                () -> Panache.getSession()
                        .chain(session -> session.createQuery(OF_TENANT, WebhookEndpoint.class)
                                .setParameter("tenant", tenant)
                                .getSingleResultOrNull())
                        .map(Optional::ofNullable));
    }

    /** Finds the endpoint, its valid secrets and its backlog. */
    Uni<Optional<Details>> findDetails(String tenant) {
        return transactions.read(tenant, () -> select(SHOW, Map.of("tenant", tenant)));
    }

    /**
     * An endpoint at the start of a rotation.
     *
     * @param earlierSecret the secret that an earlier rotation with the same Idempotency-Key created
     */
    record RotationStart(WebhookEndpoint endpoint, Optional<SealedSecret> earlierSecret) {}

    Uni<Optional<RotationStart>> findForRotation(String tenant, Optional<String> idempotencyKey) {
        return transactions.read(tenant, () -> withSecretOfKey(tenant, idempotencyKey));
    }

    private static Uni<Optional<RotationStart>> withSecretOfKey(String tenant, Optional<String> idempotencyKey) {
        return Panache.getSession()
                .chain(session -> session.createQuery(WITH_SECRET_OF_KEY, Object[].class)
                        .setParameter("tenant", tenant)
                        .setParameter("key", idempotencyKey.orElse(null))
                        .setParameter(
                                "since", OffsetDateTime.now(ZoneOffset.UTC).minus(KEY_RETENTION))
                        .getResultList())
                .map(rows -> rows.stream().findFirst().map(WebhookEndpointRepository::toRotationStart));
    }

    private static RotationStart toRotationStart(Object[] row) {
        return new RotationStart(
                (WebhookEndpoint) row[0],
                Optional.ofNullable((WebhookSecret) row[1]).map(WebhookSecret::stored));
    }

    /**
     * Runs {@code work} with the tenant's endpoint in one transaction. Waits for a concurrent change of the endpoint to
     * end.
     */
    <T> Uni<T> withLock(String tenant, Function<Optional<WebhookEndpoint>, Uni<T>> work) {
        return transactions.write(
                tenant,
                () -> Panache.getSession()
                        .chain(session -> session.createQuery(OF_TENANT, WebhookEndpoint.class)
                                .setLockMode(LockModeType.PESSIMISTIC_WRITE)
                                .setParameter("tenant", tenant)
                                .getSingleResultOrNull())
                        .chain(stored -> work.apply(Optional.ofNullable(stored))));
    }

    /** Finds the endpoint with the changes of the current transaction. */
    Uni<Details> details(WebhookEndpoint stored) {
        return select(SHOW, Map.of("tenant", stored.tenant())).map(WebhookEndpointRepository::require);
    }

    private static Details require(Optional<Details> found) {
        return found.orElseThrow(() -> new IllegalStateException("The locked endpoint was not found"));
    }

    /**
     * Adds the endpoint of the caller's tenant. Fails with a unique violation if another caller has added one at the
     * same time.
     */
    Uni<Details> add(Caller caller, UUID id, String url, NewSecret secret) {
        WebhookEndpoint made = new WebhookEndpoint(id, caller.tenant(), url);
        return persist(made)
                .chain(() -> addSecret(made, secret, Optional.empty()))
                .chain(() -> flushAndShow(AUDIT_CHANGED_AND_SHOW, caller));
    }

    /** Changes a locked endpoint. */
    Uni<Details> change(Caller caller, WebhookEndpoint stored, String url) {
        stored.change(url);
        return flushAndShow(AUDIT_CHANGED_AND_SHOW, caller);
    }

    /** Deletes a locked endpoint and its secrets. Does not delete its events. They fail at their next attempt. */
    Uni<Void> delete(Caller caller, WebhookEndpoint stored) {
        return delete(stored)
                .call(this::flush)
                .chain(Panache::getSession)
                .chain(session -> {
                    Mutiny.MutationQuery insert = session.createNativeQuery(AUDIT_DELETED);
                    Audit.parameters(caller).forEach(insert::setParameter);
                    return insert.executeUpdate();
                })
                .replaceWithVoid();
    }

    /**
     * Replaces the newest secret of a locked endpoint with {@code secret}.
     *
     * @param overlap the time for which the previous secret stays valid, or empty to delete all old secrets immediately
     */
    Uni<Details> rotate(
            Caller caller,
            WebhookEndpoint stored,
            NewSecret secret,
            Optional<Duration> overlap,
            Optional<String> idempotencyKey) {
        stored.touch();
        // The unique index of the newest secret is not deferred: the previous secret must end first.
        return overlap.map(time -> endSecrets(stored, time))
                .orElseGet(() -> deleteSecrets(DELETE_SECRETS, stored))
                .chain(() -> addSecret(stored, secret, idempotencyKey))
                .chain(() -> flushAndShow(AUDIT_ROTATED_AND_SHOW, caller));
    }

    private static Uni<Void> endSecrets(WebhookEndpoint stored, Duration overlap) {
        return Panache.getSession()
                .chain(session -> session.createNativeQuery(END_SECRETS)
                        .setParameter("tenant", stored.tenant())
                        .setParameter("endpoint", stored.id())
                        .setParameter("overlap", (double) overlap.toMillis())
                        .executeUpdate())
                .replaceWithVoid();
    }

    /** Deletes all secrets of a locked endpoint except the newest. */
    Uni<Void> revokePrevious(WebhookEndpoint stored) {
        return deleteSecrets(DELETE_PREVIOUS_SECRETS, stored);
    }

    private static Uni<Void> deleteSecrets(String delete, WebhookEndpoint stored) {
        return Panache.getSession()
                .chain(session -> session.createMutationQuery(delete)
                        .setParameter("tenant", stored.tenant())
                        .setParameter("endpoint", stored.id())
                        .executeUpdate())
                .replaceWithVoid();
    }

    /** Finds the secret that a rotation with the key has created. Call it only in a transaction. */
    Uni<Optional<SealedSecret>> secretOfKey(WebhookEndpoint stored, String idempotencyKey) {
        return withSecretOfKey(stored.tenant(), Optional.of(idempotencyKey))
                .map(start -> start.flatMap(RotationStart::earlierSecret));
    }

    private static Uni<Void> addSecret(WebhookEndpoint endpoint, NewSecret secret, Optional<String> idempotencyKey) {
        return Panache.getSession()
                .chain(session -> session.persist(new WebhookSecret(endpoint, secret, idempotencyKey.orElse(null))));
    }

    private Uni<Details> flushAndShow(String auditAndShow, Caller caller) {
        return flush().chain(() -> select(auditAndShow, Audit.parameters(caller)))
                .map(WebhookEndpointRepository::require);
    }

    private static Uni<Optional<Details>> select(String query, Map<String, ? extends @Nullable Object> values) {
        return Panache.getSession()
                .chain(session -> {
                    Mutiny.SelectionQuery<Object[]> select = session.createNativeQuery(
                            query, session.getResultSetMapping(Object[].class, WebhookEndpoint.SHOWN));
                    values.forEach(select::setParameter);
                    return select.getResultList();
                })
                .map(WebhookEndpointRepository::toDetails);
    }

    private static Optional<Details> toDetails(List<Object[]> rows) {
        return rows.stream()
                .findFirst()
                .map(first -> new Details(
                        (WebhookEndpoint) first[0],
                        rows.stream()
                                .filter(row -> row[1] != null)
                                .map(row -> new Validity((OffsetDateTime) row[1], (OffsetDateTime) row[2]))
                                .toList(),
                        new Backlog((Long) first[3], (String) first[4])));
    }
}
