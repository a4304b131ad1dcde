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
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The providers that the tenant sees: its own and the global ones. */
@Path("/v1/providers")
@Produces(MediaType.APPLICATION_JSON)
@SecurityRequirement(name = "apiKey")
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
    @Operation(operationId = "listProviders", summary = "The providers that the tenant sees")
    @APIResponse(responseCode = "200", description = "Done", content = @Content(schema = @Schema(ref = "ProviderList")))
    @APIResponse(responseCode = "default", ref = "Failure")
    public Uni<Response> listProviders() {
        return broker.call(key(), RequestId.of(request), (api, call) -> api.listProviders(call))
                .map(Answers::ok);
    }

    @GET
    @Path("/{id}")
    @Operation(operationId = "provider", summary = "One provider, by UUID or slug")
    @APIResponse(responseCode = "200", description = "Done", content = @Content(schema = @Schema(ref = "Provider")))
    @APIResponse(responseCode = "default", ref = "Failure")
    public Uni<Response> provider(@PathParam("id") String idOrSlug) {
        return broker.call(key(), RequestId.of(request), (api, call) -> api.provider(call, idOrSlug))
                .map(Answers::ok);
    }

    private ApiKey key() {
        return (ApiKey) identity.getPrincipal();
    }
}
