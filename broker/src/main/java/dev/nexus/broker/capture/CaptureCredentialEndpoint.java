package dev.nexus.broker.capture;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.nexus.broker.caller.Endpoint;
import dev.nexus.broker.caller.EndpointRequest;
import dev.nexus.broker.caller.EndpointResponse;
import dev.nexus.broker.http.Outcomes.Verb;
import dev.nexus.contracts.CaptureApi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Serves {@link CaptureApi#captureCredential}. */
@ApplicationScoped
class CaptureCredentialEndpoint implements Endpoint {

    private final CaptureCredential captureCredential;
    private final ObjectWriter writer;

    CaptureCredentialEndpoint(CaptureCredential captureCredential, ObjectMapper json) {
        this.captureCredential = captureCredential;
        this.writer = json.writerFor(CapturedConnection.class);
    }

    @Override
    public String route() {
        return "captureCredential";
    }

    @Override
    public Optional<Verb> outcome() {
        return Optional.of(Verb.CAPTURE);
    }

    @Override
    public boolean readsBody() {
        return true;
    }

    @Override
    public boolean appliesDeadline() {
        return true;
    }

    @Override
    public Uni<EndpointResponse> serve(EndpointRequest request) {
        return captureCredential
                .run(request.caller(), request.body().getBytes())
                .map(captured -> EndpointResponse.seeOther(captured.redirectUrl(), writer, captured));
    }
}
