package dev.nexus.broker.connection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.caller.Endpoint;
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
    public Uni<byte[]> serve(Caller caller, String connection) {
        return checkConnection.run(caller, connection).map(this::write);
    }

    private byte[] write(ConnectionView connection) {
        try {
            return json.writeValueAsBytes(connection);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a connection consists of text and times", impossible);
        }
    }
}
