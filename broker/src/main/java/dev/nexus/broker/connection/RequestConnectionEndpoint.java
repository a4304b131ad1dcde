package dev.nexus.broker.connection;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.nexus.broker.caller.Endpoint;
import dev.nexus.broker.caller.EndpointRequest;
import dev.nexus.broker.caller.EndpointResponse;
import dev.nexus.contracts.ConnectionApi;
import dev.nexus.contracts.ConnectionRequest;
import dev.nexus.contracts.RequestedConnection;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Serves {@link ConnectionApi#requestConnection}. */
@ApplicationScoped
class RequestConnectionEndpoint implements Endpoint {

    private final RequestConnection requestConnection;
    private final ObjectMapper json;
    private final ObjectWriter writer;

    RequestConnectionEndpoint(RequestConnection requestConnection, ObjectMapper json) {
        this.requestConnection = requestConnection;
        this.json = json;
        this.writer = json.writerFor(RequestedConnection.class);
    }

    @Override
    public String route() {
        return "requestConnection";
    }

    @Override
    public boolean readsBody() {
        return true;
    }

    @Override
    public Uni<EndpointResponse> serve(EndpointRequest request) {
        return requestConnection
                .run(request.caller(), request.json(json, ConnectionRequest.class))
                .map(begun -> EndpointResponse.ok(writer, begun));
    }
}
