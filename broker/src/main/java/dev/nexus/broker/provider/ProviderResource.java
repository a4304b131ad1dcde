package dev.nexus.broker.provider;

import dev.nexus.broker.caller.Callers;
import dev.nexus.broker.http.Parameters;
import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.http.TaggedResponse;
import dev.nexus.contracts.InternalApi;
import dev.nexus.contracts.ProviderApi;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/**
 * Serves the routes of {@link ProviderApi}. Does not implement that interface, see {@link InternalApi}. The bodies are
 * JSON texts, because they contain stored JSON texts unchanged.
 */
@Path(InternalApi.ROOT)
@Produces(MediaType.APPLICATION_JSON)
class ProviderResource {

    private final Callers callers;
    private final ListProviders listProviders;
    private final ShowProvider showProvider;
    private final PutProvider putProvider;
    private final DeleteProvider deleteProvider;

    ProviderResource(
            Callers callers,
            ListProviders listProviders,
            ShowProvider showProvider,
            PutProvider putProvider,
            DeleteProvider deleteProvider) {
        this.callers = callers;
        this.listProviders = listProviders;
        this.showProvider = showProvider;
        this.putProvider = putProvider;
        this.deleteProvider = deleteProvider;
    }

    @GET
    @Path("/providers")
    public Uni<String> listProviders(
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("expand") @Nullable String expand) {
        ListProviders.Query query = new ListProviders.Query(limit, cursor, expand);
        return callers.run(caller -> listProviders.run(caller, query));
    }

    @GET
    @Path("/providers/{id}")
    public Uni<RestResponse<String>> provider(@PathParam("id") String idOrSlug) {
        return callers.run(caller -> showProvider.run(caller.tenant(), idOrSlug))
                .map(shown -> withEtag(RestResponse.Status.OK, shown));
    }

    @PUT
    @Path("/providers/{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<RestResponse<String>> putProvider(
            @PathParam("id") String idOrSlug,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch,
            @QueryParam("dry_run") @Nullable String dryRun,
            byte[] body) {
        Precondition precondition = new Precondition(ifMatch, ifNoneMatch);
        if (Parameters.flag("dry_run", dryRun)) {
            return callers.run(caller -> putProvider.preview(caller, idOrSlug, precondition, body))
                    .map(RestResponse::ok);
        }
        return callers.run(caller -> putProvider.run(caller, idOrSlug, precondition, body))
                .map(put ->
                        withEtag(put.created() ? RestResponse.Status.CREATED : RestResponse.Status.OK, put.provider()));
    }

    @DELETE
    @Path("/providers/{id}")
    public Uni<Void> deleteProvider(
            @PathParam("id") String idOrSlug,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @QueryParam("force") @Nullable String force) {
        Precondition precondition = new Precondition(ifMatch, null);
        boolean forced = Parameters.flag("force", force);
        return callers.run(caller -> deleteProvider.run(caller, idOrSlug, precondition, forced));
    }

    private static RestResponse<String> withEtag(RestResponse.Status status, ShownProvider provider) {
        return TaggedResponse.of(status, provider.json(), provider.etag());
    }
}
