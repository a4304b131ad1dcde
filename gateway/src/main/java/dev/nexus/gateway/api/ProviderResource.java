package dev.nexus.gateway.api;

import dev.nexus.gateway.broker.Broker;
import dev.nexus.gateway.broker.BrokerAnswer;
import io.smallrye.mutiny.Uni;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Lists the tenant's providers and the global ones. Creates, replaces and deletes the tenant's providers. */
@Path("/v1/providers")
@Produces(MediaType.APPLICATION_JSON)
@SecurityRequirement(name = "api_key")
@Tag(name = "Providers")
class ProviderResource {

    /**
     * The limit that the Gateway sends if the caller gives none. The Broker treats a request without a limit as a
     * request from a Gateway of the previous release.
     */
    private static final String DEFAULT_LIMIT = "50";

    private final Broker broker;

    ProviderResource(Broker broker) {
        this.broker = broker;
    }

    @GET
    @Operation(
            operationId = "listProviders",
            summary = "List providers",
            description = "The providers that your tenant sees, sorted by slug: its own and the global ones.")
    @APIResponse(responseCode = "200", ref = "ProviderPage")
    public Uni<RestResponse<byte[]>> listProviders(
            @Parameter(
                            description = "Maximum number of items. At most 50 with `expand=schema`",
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            minimum = "1",
                                            maximum = "200",
                                            defaultValue = DEFAULT_LIMIT))
                    @QueryParam("limit")
                    @Nullable
                    String limit,
            @Parameter(
                            description = "`next_cursor` of the previous page. Opaque",
                            schema = @Schema(type = SchemaType.STRING))
                    @QueryParam("cursor")
                    @Nullable
                    String cursor,
            @Parameter(
                            description = "`schema` adds `credential_schema` and `page` to each provider",
                            schema = @Schema(type = SchemaType.STRING, enumeration = "schema"))
                    @QueryParam("expand")
                    @Nullable
                    String expand) {
        return broker.call(api -> api.listProviders(limit == null ? DEFAULT_LIMIT : limit, cursor, expand))
                .map(BrokerAnswer::toOk);
    }

    @GET
    @Path("/{id}")
    @Operation(
            operationId = "provider",
            summary = "Get a provider",
            description = "Returns one provider with its credential schema.")
    @APIResponse(responseCode = "200", ref = "Provider")
    @APIResponse(responseCode = "404", ref = "ProviderNotFound")
    public Uni<RestResponse<byte[]>> provider(
            @Parameter(description = "UUID or slug of the provider", schema = @Schema(ref = "ProviderReference"))
                    @PathParam("id")
                    String idOrSlug) {
        return broker.call(api -> api.provider(idOrSlug)).map(BrokerAnswer::toResponse);
    }

    @PUT
    @Path("/{id}")
    @Operation(
            operationId = "putProvider",
            summary = "Create or replace a provider",
            description = "A slug creates or replaces a provider of your tenant. A UUID only "
                    + "replaces one. A change that affects credentials raises `schema_version`. "
                    + "Existing connections keep the version with which they began.")
    @RequestBody(ref = "ProviderDefinition")
    @APIResponse(responseCode = "200", ref = "ReplacedProvider")
    @APIResponse(responseCode = "201", ref = "NewProvider")
    @APIResponse(responseCode = "404", ref = "ProviderNotFound")
    @APIResponse(responseCode = "409", ref = "ProviderNotStored")
    @APIResponse(responseCode = "412", ref = "PreconditionFailed")
    public Uni<RestResponse<byte[]>> putProvider(
            @Parameter(
                            description = "Slug, or UUID of a provider of your tenant",
                            schema = @Schema(ref = "ProviderReference"))
                    @PathParam("id")
                    String idOrSlug,
            @Parameter(description = "`ETag` of the version to replace") @HeaderParam(HttpHeaders.IF_MATCH) @Nullable
                    String ifMatch,
            @Parameter(description = "`*` only creates: the response is 412 if the resource exists")
                    @HeaderParam(HttpHeaders.IF_NONE_MATCH)
                    @Nullable
                    String ifNoneMatch,
            @Parameter(
                            description = "`true` checks the definition and stores nothing. The response is "
                                    + "the error, or 200 with the provider that Nexus would store",
                            schema = @Schema(type = SchemaType.BOOLEAN))
                    @QueryParam("dry_run")
                    @Nullable
                    String dryRun,
            byte[] body) {
        return broker.call(api -> api.putProvider(idOrSlug, ifMatch, ifNoneMatch, dryRun, body))
                .map(BrokerAnswer::toResponse);
    }

    @DELETE
    @Path("/{id}")
    @Operation(
            operationId = "deleteProvider",
            summary = "Delete a provider",
            description = "Deletes a provider of your tenant. While it has active connections, the "
                    + "response is 409 `provider_in_use`, unless you send `force=true`.")
    @APIResponse(
            responseCode = "204",
            description = "The provider is deleted. Its connections, if any, no longer return their credentials")
    @APIResponse(responseCode = "404", ref = "ProviderNotFound")
    @APIResponse(responseCode = "409", ref = "ProviderNotDeletable")
    @APIResponse(responseCode = "412", ref = "PreconditionFailed")
    public Uni<RestResponse<Void>> deleteProvider(
            @Parameter(
                            description = "UUID or slug of a provider of your tenant",
                            schema = @Schema(ref = "ProviderReference"))
                    @PathParam("id")
                    String idOrSlug,
            @Parameter(description = "`ETag` of the version to delete") @HeaderParam(HttpHeaders.IF_MATCH) @Nullable
                    String ifMatch,
            @Parameter(
                            description =
                                    "`true` deletes the provider even if it has active connections. They immediately "
                                            + "stop returning their credentials",
                            schema = @Schema(type = SchemaType.BOOLEAN))
                    @QueryParam("force")
                    @Nullable
                    String force) {
        return broker.call(api -> api.deleteProvider(idOrSlug, ifMatch, force))
                .map(deleted -> RestResponse.noContent());
    }
}
