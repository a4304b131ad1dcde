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
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** The providers that the tenant sees, its own and the global ones, and the administration of its own. */
@Path("/v1/providers")
@Produces(MediaType.APPLICATION_JSON)
@SecurityRequirement(name = "api_key")
@Tag(name = "Providers")
class ProviderResource {

    /** Always named: a Broker takes a request without a limit for one of a Gateway of the previous release. */
    private static final String DEFAULT_LIMIT = "50";

    private final Broker broker;

    ProviderResource(Broker broker) {
        this.broker = broker;
    }

    @GET
    @Operation(
            operationId = "listProviders",
            summary = "The providers that the tenant sees; scope connections:read or providers:admin")
    @APIResponse(
            responseCode = "200",
            description = "A page of providers, by slug",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "ProviderPage")))
    public Uni<RestResponse<byte[]>> listProviders(
            @Parameter(
                            description = "How many at most; at most 50 with expand=schema",
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
                            description = "next_cursor of the page before; opaque",
                            schema = @Schema(type = SchemaType.STRING))
                    @QueryParam("cursor")
                    @Nullable
                    String cursor,
            @Parameter(
                            description = "schema: each provider comes with its credential_schema",
                            schema = @Schema(type = SchemaType.STRING, enumeration = "schema"))
                    @QueryParam("expand")
                    @Nullable
                    String expand) {
        return broker.call(api -> api.listProviders(limit == null ? DEFAULT_LIMIT : limit, cursor, expand))
                .map(BrokerAnswer::toOk);
    }

    @GET
    @Path("/{id}")
    @Operation(operationId = "provider", summary = "One provider; scope connections:read or providers:admin")
    @APIResponse(
            responseCode = "200",
            description = "The provider",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Provider")))
    @APIResponse(responseCode = "404", ref = "ProviderNotFound")
    public Uni<RestResponse<byte[]>> provider(
            @Parameter(description = "The provider's UUID or slug", schema = @Schema(ref = "ProviderReference"))
                    @PathParam("id")
                    String idOrSlug) {
        return broker.call(api -> api.provider(idOrSlug)).map(BrokerAnswer::toResponse);
    }

    @PUT
    @Path("/{id}")
    @Operation(
            operationId = "putProvider",
            summary = "Create or replace a provider of the tenant's own; scope providers:admin")
    @RequestBody(
            required = true,
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "ProviderDefinition")))
    @APIResponse(
            responseCode = "200",
            description =
                    "The replaced provider, its ETag is the one for If-Match; or what a dry run would store, without"
                            + " an ETag",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "ProviderPut")))
    @APIResponse(
            responseCode = "201",
            description = "The new provider; its ETag is the one for If-Match",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Provider")))
    @APIResponse(responseCode = "404", ref = "ProviderNotFound")
    @APIResponse(responseCode = "409", ref = "ProviderReadOnly")
    @APIResponse(responseCode = "412", ref = "PreconditionFailed")
    public Uni<RestResponse<byte[]>> putProvider(
            @Parameter(
                            description = "A slug, or the UUID of a provider of the tenant's own",
                            schema = @Schema(ref = "ProviderReference"))
                    @PathParam("id")
                    String idOrSlug,
            @Parameter(description = "Replace this edition alone") @HeaderParam(HttpHeaders.IF_MATCH) @Nullable
                    String ifMatch,
            @Parameter(description = "* to create alone") @HeaderParam(HttpHeaders.IF_NONE_MATCH) @Nullable
                    String ifNoneMatch,
            @Parameter(
                            description =
                                    "true: check the definition and answer 200 with what would be stored, but store"
                                            + " nothing",
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
    @Operation(operationId = "deleteProvider", summary = "Delete a provider of the tenant's own; scope providers:admin")
    @APIResponse(responseCode = "204", description = "Deleted; its connections, if any, serve no more")
    @APIResponse(responseCode = "404", ref = "ProviderNotFound")
    @APIResponse(responseCode = "409", ref = "ProviderNotDeletable")
    @APIResponse(responseCode = "412", ref = "PreconditionFailed")
    public Uni<RestResponse<Void>> deleteProvider(
            @Parameter(
                            description = "The UUID or slug of a provider of the tenant's own",
                            schema = @Schema(ref = "ProviderReference"))
                    @PathParam("id")
                    String idOrSlug,
            @Parameter(description = "Delete this edition alone") @HeaderParam(HttpHeaders.IF_MATCH) @Nullable
                    String ifMatch,
            @Parameter(
                            description = "true: active connections stop serving; else they keep the provider",
                            schema = @Schema(type = SchemaType.BOOLEAN))
                    @QueryParam("force")
                    @Nullable
                    String force) {
        return broker.call(api -> api.deleteProvider(idOrSlug, ifMatch, force))
                .map(deleted -> RestResponse.noContent());
    }
}
