package dev.nexus.broker;

import dev.nexus.broker.audit.ListAuditEvents;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.caller.Callers;
import dev.nexus.broker.capture.CaptureCredential;
import dev.nexus.broker.capture.CapturedConnection;
import dev.nexus.broker.capture.DescribeState;
import dev.nexus.broker.capture.ShowCaptureSchema;
import dev.nexus.broker.connection.CheckConnection;
import dev.nexus.broker.connection.ListConnections;
import dev.nexus.broker.connection.ReadToken;
import dev.nexus.broker.connection.RefuseRefresh;
import dev.nexus.broker.connection.RequestConnection;
import dev.nexus.broker.connection.RevokeConnection;
import dev.nexus.broker.connection.VerifyConnection;
import dev.nexus.broker.http.Deadline;
import dev.nexus.broker.http.Outcomes;
import dev.nexus.broker.http.Outcomes.Verb;
import dev.nexus.broker.http.Parameters;
import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.provider.DeleteProvider;
import dev.nexus.broker.provider.ListProviders;
import dev.nexus.broker.provider.PutProvider;
import dev.nexus.broker.provider.ShowProvider;
import dev.nexus.broker.provider.ShownProvider;
import dev.nexus.broker.webhook.DeleteWebhook;
import dev.nexus.broker.webhook.PutWebhook;
import dev.nexus.broker.webhook.RotateWebhookSecret;
import dev.nexus.broker.webhook.ShowWebhook;
import dev.nexus.broker.webhook.ShownWebhook;
import dev.nexus.contracts.BrokerApi;
import dev.nexus.contracts.ConnectionRequest;
import dev.nexus.contracts.InternalHeaders;
import dev.nexus.contracts.Scope;
import dev.nexus.contracts.ServiceCall;
import dev.nexus.contracts.StateReference;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The internal API: translates HTTP, holds the scope and the deadline, and leaves each verb to its use case. */
public class BrokerResource implements BrokerApi {

    private final Callers callers;
    private final RequestConnection requestConnection;
    private final ShowCaptureSchema showCaptureSchema;
    private final DescribeState describeState;
    private final CaptureCredential captureCredential;
    private final CheckConnection checkConnection;
    private final VerifyConnection verifyConnection;
    private final ListConnections listConnections;
    private final RevokeConnection revokeConnection;
    private final ReadToken readToken;
    private final RefuseRefresh refuseRefresh;
    private final ListProviders listProviders;
    private final ShowProvider showProvider;
    private final PutProvider putProvider;
    private final DeleteProvider deleteProvider;
    private final ShowWebhook showWebhook;
    private final PutWebhook putWebhook;
    private final DeleteWebhook deleteWebhook;
    private final RotateWebhookSecret rotateWebhookSecret;
    private final ListAuditEvents listAuditEvents;
    private final Outcomes outcomes;

    BrokerResource(
            Callers callers,
            RequestConnection requestConnection,
            ShowCaptureSchema showCaptureSchema,
            DescribeState describeState,
            CaptureCredential captureCredential,
            CheckConnection checkConnection,
            VerifyConnection verifyConnection,
            ListConnections listConnections,
            RevokeConnection revokeConnection,
            ReadToken readToken,
            RefuseRefresh refuseRefresh,
            ListProviders listProviders,
            ShowProvider showProvider,
            PutProvider putProvider,
            DeleteProvider deleteProvider,
            ShowWebhook showWebhook,
            PutWebhook putWebhook,
            DeleteWebhook deleteWebhook,
            RotateWebhookSecret rotateWebhookSecret,
            ListAuditEvents listAuditEvents,
            Outcomes outcomes) {
        this.callers = callers;
        this.requestConnection = requestConnection;
        this.showCaptureSchema = showCaptureSchema;
        this.describeState = describeState;
        this.captureCredential = captureCredential;
        this.checkConnection = checkConnection;
        this.verifyConnection = verifyConnection;
        this.listConnections = listConnections;
        this.revokeConnection = revokeConnection;
        this.readToken = readToken;
        this.refuseRefresh = refuseRefresh;
        this.listProviders = listProviders;
        this.showProvider = showProvider;
        this.putProvider = putProvider;
        this.deleteProvider = deleteProvider;
        this.showWebhook = showWebhook;
        this.putWebhook = putWebhook;
        this.deleteWebhook = deleteWebhook;
        this.rotateWebhookSecret = rotateWebhookSecret;
        this.listAuditEvents = listAuditEvents;
        this.outcomes = outcomes;
    }

    @Override
    @RolesAllowed(Scope.CONNECTIONS_WRITE)
    public Uni<Response> requestConnection(ServiceCall call, ConnectionRequest request) {
        return run(caller -> requestConnection.run(caller, request)).map(BrokerResource::ok);
    }

    @Override
    @RolesAllowed({Scope.CONNECTIONS_WRITE, InternalHeaders.SCOPE_STATE_PRESENT})
    public Uni<Response> captureSchema(ServiceCall call, StateReference state) {
        return run(caller -> showCaptureSchema.run(caller, state.state())).map(BrokerResource::ok);
    }

    @Override
    @RolesAllowed(InternalHeaders.SCOPE_STATE_PRESENT)
    public Uni<Response> presentedState(ServiceCall call, StateReference state) {
        return run(caller -> describeState.run(caller, state.state())).map(BrokerResource::ok);
    }

    @Override
    @RolesAllowed({Scope.CONNECTIONS_WRITE, InternalHeaders.SCOPE_STATE_PRESENT})
    public Uni<Response> captureCredential(ServiceCall call, byte[] body) {
        Caller caller = callers.current();
        return outcomes.count(Verb.CAPTURE, () -> captureCredential.run(caller, body))
                .map(BrokerResource::seeOther);
    }

    @Override
    @RolesAllowed(Scope.CONNECTIONS_READ)
    public Uni<Response> checkConnection(ServiceCall call, String id) {
        return run(caller -> checkConnection.run(caller, id)).map(BrokerResource::ok);
    }

    @Override
    @RolesAllowed(Scope.CONNECTIONS_WRITE)
    public Uni<Response> verifyConnection(ServiceCall call, String id) {
        return verifyConnection.run(callers.current(), id).map(BrokerResource::ok);
    }

    @Override
    @RolesAllowed(Scope.CONNECTIONS_READ)
    public Uni<Response> listConnections(
            ServiceCall call,
            @Nullable String workspaceId,
            @Nullable String provider,
            @Nullable String status,
            @Nullable String label,
            @Nullable String limit,
            @Nullable String cursor) {
        ListConnections.Query query = new ListConnections.Query(workspaceId, provider, status, label, limit, cursor);
        return run(caller -> listConnections.run(caller, query)).map(BrokerResource::ok);
    }

    @Override
    @RolesAllowed(Scope.CONNECTIONS_WRITE)
    public Uni<Response> revokeConnection(ServiceCall call, String id) {
        return run(caller -> revokeConnection.run(caller, id))
                .map(revoked -> Response.noContent().build());
    }

    @Override
    @RolesAllowed(Scope.TOKENS_READ)
    public Uni<Response> readToken(ServiceCall call, String id) {
        return outcomes.count(Verb.READ_TOKEN, () -> run(caller -> readToken.run(caller, id)))
                .map(token -> ok(token.reveal()));
    }

    @Override
    @RolesAllowed(Scope.TOKENS_READ)
    public Uni<Response> refresh(ServiceCall call, String id) {
        return run(caller -> refuseRefresh.run(caller, id))
                .map(never -> Response.noContent().build());
    }

    @Override
    @RolesAllowed({Scope.CONNECTIONS_READ, Scope.PROVIDERS_ADMIN})
    public Uni<Response> listProviders(
            ServiceCall call, @Nullable String limit, @Nullable String cursor, @Nullable String expand) {
        ListProviders.Query query = new ListProviders.Query(limit, cursor, expand);
        return run(caller -> listProviders.run(caller, query)).map(BrokerResource::ok);
    }

    @Override
    @RolesAllowed({Scope.CONNECTIONS_READ, Scope.PROVIDERS_ADMIN})
    public Uni<Response> provider(ServiceCall call, String idOrSlug) {
        return run(caller -> showProvider.run(caller.tenant(), idOrSlug)).map(shown -> shown(200, shown));
    }

    @Override
    @RolesAllowed(Scope.PROVIDERS_ADMIN)
    public Uni<Response> putProvider(
            ServiceCall call,
            String idOrSlug,
            @Nullable String ifMatch,
            @Nullable String ifNoneMatch,
            @Nullable String dryRun,
            byte[] body) {
        Precondition precondition = new Precondition(ifMatch, ifNoneMatch);
        if (Parameters.flag("dry_run", dryRun)) {
            return run(caller -> putProvider.preview(caller, idOrSlug, precondition, body))
                    .map(BrokerResource::ok);
        }
        return run(caller -> putProvider.run(caller, idOrSlug, precondition, body))
                .map(put -> shown(put.created() ? 201 : 200, put.provider()));
    }

    @Override
    @RolesAllowed(Scope.PROVIDERS_ADMIN)
    public Uni<Response> deleteProvider(
            ServiceCall call, String idOrSlug, @Nullable String ifMatch, @Nullable String force) {
        Precondition precondition = new Precondition(ifMatch, null);
        boolean forced = Parameters.flag("force", force);
        return run(caller -> deleteProvider.run(caller, idOrSlug, precondition, forced))
                .map(deleted -> Response.noContent().build());
    }

    @Override
    @RolesAllowed(Scope.WEBHOOKS_ADMIN)
    public Uni<Response> webhook(ServiceCall call) {
        return run(caller -> showWebhook.run(caller.tenant())).map(shown -> shown(200, shown));
    }

    @Override
    @RolesAllowed(Scope.WEBHOOKS_ADMIN)
    public Uni<Response> putWebhook(
            ServiceCall call, @Nullable String ifMatch, @Nullable String ifNoneMatch, byte[] body) {
        Precondition precondition = new Precondition(ifMatch, ifNoneMatch);
        return run(caller -> putWebhook.run(caller, precondition, body))
                .map(put -> shown(put.created() ? 201 : 200, put.webhook()));
    }

    @Override
    @RolesAllowed(Scope.WEBHOOKS_ADMIN)
    public Uni<Response> deleteWebhook(ServiceCall call, @Nullable String ifMatch) {
        Precondition precondition = new Precondition(ifMatch, null);
        return run(caller -> deleteWebhook.run(caller, precondition))
                .map(deleted -> Response.noContent().build());
    }

    @Override
    @RolesAllowed(Scope.WEBHOOKS_ADMIN)
    public Uni<Response> rotateWebhookSecret(
            ServiceCall call,
            @Nullable String ifMatch,
            @Nullable String idempotencyKey,
            @Nullable String revokeFormer) {
        RotateWebhookSecret.Request request = new RotateWebhookSecret.Request(
                new Precondition(ifMatch, null),
                Parameters.idempotencyKey(idempotencyKey),
                Parameters.flag("revoke_former", revokeFormer));
        return run(caller -> rotateWebhookSecret.run(caller, request)).map(shown -> shown(200, shown));
    }

    @Override
    @RolesAllowed(Scope.AUDIT_READ)
    public Uni<Response> auditEvents(
            ServiceCall call,
            @Nullable String connectionId,
            @Nullable String keyId,
            @Nullable String action,
            @Nullable String from,
            @Nullable String to,
            @Nullable String limit,
            @Nullable String cursor) {
        ListAuditEvents.Query query = new ListAuditEvents.Query(connectionId, keyId, action, from, to, limit, cursor);
        return run(caller -> listAuditEvents.run(caller, query)).map(BrokerResource::ok);
    }

    private <T> Uni<T> run(Function<Caller, Uni<T>> useCase) {
        Caller caller = callers.current();
        return Deadline.within(Uni.createFrom().deferred(() -> useCase.apply(caller)));
    }

    private static Response ok(Object body) {
        return Response.ok(body).build();
    }

    private static Response shown(int status, ShownProvider provider) {
        return tagged(status, provider.etag(), provider.json());
    }

    private static Response shown(int status, ShownWebhook webhook) {
        return tagged(status, webhook.etag(), webhook.view());
    }

    private static Response tagged(int status, String etag, Object body) {
        return Response.status(status)
                .header(HttpHeaders.ETAG, etag)
                .entity(body)
                .build();
    }

    private static Response seeOther(CapturedConnection captured) {
        // As text: a URI object may be written otherwise than it came.
        return Response.status(Response.Status.SEE_OTHER)
                .header(HttpHeaders.LOCATION, captured.redirectUrl())
                .entity(captured)
                .build();
    }
}
