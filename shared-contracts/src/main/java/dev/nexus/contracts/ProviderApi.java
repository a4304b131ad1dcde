package dev.nexus.contracts;

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

/** The Broker's routes of the provider registry. */
@Path(InternalApi.ROOT)
@Produces(MediaType.APPLICATION_JSON)
public interface ProviderApi {

    /**
     * 200 {providers, next_cursor?}, sorted by slug; with their schemas if {@code expand} is {@code schema}.
     */
    @GET
    @Path("/providers")
    @AllowedScopes({Scope.CONNECTIONS_READ, Scope.PROVIDERS_ADMIN})
    Uni<RestResponse<byte[]>> listProviders(
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("expand") @Nullable String expand);

    /**
     * 200 one provider by UUID or slug, with its ETag; 404 provider_not_found.
     */
    @GET
    @Path("/providers/{id}")
    @AllowedScopes({Scope.CONNECTIONS_READ, Scope.PROVIDERS_ADMIN})
    Uni<RestResponse<byte[]>> provider(@PathParam("id") String idOrSlug);

    /**
     * Creates (201) or replaces (200) a provider of the tenant, with its ETag. 404 provider_not_found for a UUID that
     * the tenant cannot read, 409 provider_read_only for a global provider, 409 quota_exceeded, 412 precondition_failed.
     * With {@code dry_run=true}: 200 with the provider that a PUT would store, without an ETag. It stores nothing.
     *
     * @param body the public request body as it was received, because its schema is served unchanged
     */
    @PUT
    @Path("/providers/{id}")
    @AllowedScopes(Scope.PROVIDERS_ADMIN)
    @Consumes(MediaType.APPLICATION_JSON)
    Uni<RestResponse<byte[]>> putProvider(
            @PathParam("id") String idOrSlug,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable String ifNoneMatch,
            @QueryParam("dry_run") @Nullable String dryRun,
            byte[] body);

    /**
     * 204; 404 provider_not_found, 409 provider_in_use if it has active connections and {@code force} is not true, 409
     * provider_read_only for a global provider, 412 precondition_failed.
     */
    @DELETE
    @Path("/providers/{id}")
    @AllowedScopes(Scope.PROVIDERS_ADMIN)
    Uni<RestResponse<Void>> deleteProvider(
            @PathParam("id") String idOrSlug,
            @HeaderParam(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @QueryParam("force") @Nullable String force);
}
