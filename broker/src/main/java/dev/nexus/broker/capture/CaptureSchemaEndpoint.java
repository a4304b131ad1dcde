package dev.nexus.broker.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.broker.caller.Endpoint;
import dev.nexus.broker.caller.EndpointRequest;
import dev.nexus.broker.caller.EndpointResponse;
import dev.nexus.contracts.CaptureApi;
import dev.nexus.contracts.StateReference;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Serves {@link CaptureApi#captureSchema}. */
@ApplicationScoped
class CaptureSchemaEndpoint implements Endpoint {

    private final ShowCaptureSchema showCaptureSchema;
    private final ObjectMapper json;

    CaptureSchemaEndpoint(ShowCaptureSchema showCaptureSchema, ObjectMapper json) {
        this.showCaptureSchema = showCaptureSchema;
        this.json = json;
    }

    @Override
    public String route() {
        return "captureSchema";
    }

    @Override
    public boolean readsBody() {
        return true;
    }

    @Override
    public Uni<EndpointResponse> serve(EndpointRequest request) {
        StateReference reference = request.json(json, StateReference.class);
        return showCaptureSchema
                .run(request.caller(), reference.state())
                .map(schema -> EndpointResponse.ok(schema.getBytes(UTF_8)));
    }
}
