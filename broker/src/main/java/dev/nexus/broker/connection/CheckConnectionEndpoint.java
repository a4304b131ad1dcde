package dev.nexus.broker.connection;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.nexus.broker.caller.Endpoint;
import dev.nexus.broker.caller.EndpointRequest;
import dev.nexus.broker.caller.EndpointResponse;
import dev.nexus.contracts.ConnectionApi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Serves {@link ConnectionApi#checkConnection}. */
@ApplicationScoped
class CheckConnectionEndpoint implements Endpoint {

    private final CheckConnection checkConnection;
    private final ObjectWriter json;

    CheckConnectionEndpoint(CheckConnection checkConnection, ObjectMapper json) {
        this.checkConnection = checkConnection;
        this.json = json.writerFor(ConnectionView.class);
    }

    @Override
    public String route() {
        return "checkConnection";
    }

    @Override
    public Uni<EndpointResponse> serve(EndpointRequest request) {
        return checkConnection
                .run(request.caller(), request.parameter())
                .map(connection -> EndpointResponse.ok(json, connection));
    }
}
