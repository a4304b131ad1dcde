package dev.nexus.gateway.provider;

import dev.nexus.gateway.apikey.ApiKey;
import dev.nexus.gateway.brokerclient.Broker;
import dev.nexus.gateway.web.Answers;
import dev.nexus.gateway.web.RequestId;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The providers that the tenant sees: its own and the global ones. */
@Path("/v1/providers")
@Produces(MediaType.APPLICATION_JSON)
@SecurityRequirement(name = "api_key")
@Tag(name = "Providers")
public class ProviderResource {

    private final Broker broker;
    private final SecurityIdentity identity;
    private final RoutingContext request;

    ProviderResource(Broker broker, SecurityIdentity identity, RoutingContext request) {
        this.broker = broker;
        this.identity = identity;
        this.request = request;
    }

    @GET
    @Operation(operationId = "listProviders", summary = "The providers that the tenant sees; scope connections:read")
    @APIResponse(
            responseCode = "200",
            description = "The providers",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "ProviderPage")))
    @APIResponse(responseCode = "401", ref = "Unauthorized")
    @APIResponse(responseCode = "403", ref = "Forbidden")
    @APIResponse(responseCode = "406", ref = "NotAcceptable")
    @APIResponse(responseCode = "429", ref = "RateLimited")
    @APIResponse(responseCode = "500", ref = "Internal")
    @APIResponse(responseCode = "503", ref = "Unavailable")
    public Uni<Response> listProviders() {
        return broker.call(key(), RequestId.of(request), (api, call) -> api.listProviders(call))
                .map(Answers::ok);
    }

    @GET
    @Path("/{id}")
    @Operation(operationId = "provider", summary = "One provider; scope connections:read")
    @APIResponse(
            responseCode = "200",
            description = "The provider",
            content = @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(ref = "Provider")))
    @APIResponse(responseCode = "401", ref = "Unauthorized")
    @APIResponse(responseCode = "403", ref = "Forbidden")
    @APIResponse(responseCode = "404", ref = "ProviderNotFound")
    @APIResponse(responseCode = "406", ref = "NotAcceptable")
    @APIResponse(responseCode = "429", ref = "RateLimited")
    @APIResponse(responseCode = "500", ref = "Internal")
    @APIResponse(responseCode = "503", ref = "Unavailable")
    public Uni<Response> provider(
            @Parameter(description = "The provider's UUID or slug", schema = @Schema(ref = "ProviderReference"))
                    @PathParam("id")
                    String idOrSlug) {
        return broker.call(key(), RequestId.of(request), (api, call) -> api.provider(call, idOrSlug))
                .map(Answers::ok);
    }

    private ApiKey key() {
        return (ApiKey) identity.getPrincipal();
    }
}
