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
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The providers that the tenant sees: its own and the global ones. */
@Path("/v1/providers")
@Produces(MediaType.APPLICATION_JSON)
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
    public Uni<Response> listProviders() {
        return broker.call(key(), RequestId.of(request), (api, call) -> api.listProviders(call))
                .map(Answers::ok);
    }

    @GET
    @Path("/{id}")
    public Uni<Response> provider(@PathParam("id") String idOrSlug) {
        return broker.call(key(), RequestId.of(request), (api, call) -> api.provider(call, idOrSlug))
                .map(Answers::ok);
    }

    private ApiKey key() {
        return (ApiKey) identity.getPrincipal();
    }
}
