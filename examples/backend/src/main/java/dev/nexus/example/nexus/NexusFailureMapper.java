package dev.nexus.example.nexus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.rest.client.ext.ResponseExceptionMapper;

/** Converts an error response of the Gateway to a {@link NexusFailure} with its code. */
public class NexusFailureMapper implements ResponseExceptionMapper<NexusFailure> {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Override
    public boolean handles(int status, MultivaluedMap<String, Object> headers) {
        return status >= 300;
    }

    @Override
    public NexusFailure toThrowable(Response response) {
        try {
            GatewayError body = JSON.readValue(response.readEntity(String.class), GatewayError.class);
            String code = body.error();
            return code == null
                    ? NexusFailure.unreadable()
                    : new NexusFailure(response.getStatus(), code, body.details(), retryAfter(response));
        } catch (JsonProcessingException | RuntimeException notTheGateway) {
            // Another server has responded, for example a proxy.
            return NexusFailure.unreadable();
        }
    }

    private static int retryAfter(Response response) {
        String seconds = response.getHeaderString("Retry-After");
        return seconds != null && seconds.matches("[0-9]{1,6}") ? Integer.parseInt(seconds) : 0;
    }
}
