package dev.nexus.bridge;

import dev.nexus.strategy.HttpField;
import dev.nexus.strategy.OutgoingRequest;
import jakarta.ws.rs.client.ClientRequestContext;
import jakarta.ws.rs.client.ClientRequestFilter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Adds the credential of a connection to the requests of a JAX-RS client:
 *
 * <pre>{@code
 * Client client = ClientBuilder.newClient().register(new BridgeFilter(bridge.connection(id)));
 * }</pre>
 *
 * <p>The client must not follow redirects. The filter disables them in Jersey. Disable them in other clients yourself.
 * The entity of a request must be a {@code String} or a {@code byte[]}, because signatures cover it. The filter refuses
 * other entities. The filter does not retry after a 401: call {@link BridgeConnection#forget} and send the request
 * again.
 */
public final class BridgeFilter implements ClientRequestFilter {

    private final BridgeConnection connection;

    public BridgeFilter(BridgeConnection connection) {
        this.connection = connection;
    }

    @Override
    public void filter(ClientRequestContext context) {
        OutgoingRequest plain = OutgoingRequest.of(context.getMethod(), context.getUri());
        for (Map.Entry<String, List<String>> header : context.getStringHeaders().entrySet()) {
            for (String value : header.getValue()) {
                plain = plain.withAddedHeader(header.getKey(), value);
            }
        }
        byte[] body = context.hasEntity() ? bytes(context.getEntity()) : new byte[0];
        OutgoingRequest ready = connection.apply(plain.withBody(body));
        context.setUri(ready.uri());
        ready.headers().forEach(header -> context.getHeaders().remove(header.name()));
        for (HttpField header : ready.headers()) {
            context.getHeaders().add(header.name(), header.value());
        }
        // Jersey follows redirects by default. Other clients ignore this property.
        context.setProperty("jersey.config.client.followRedirects", false);
        if (!Arrays.equals(body, ready.body())) {
            context.setEntity(ready.body());
        }
    }

    private static byte[] bytes(Object entity) {
        if (entity instanceof byte[] bytes) {
            return bytes;
        }
        if (entity instanceof String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        throw new BridgeException("The entity of the request must be a String or a byte[]. Serialize it before sending,"
                + " because signatures cover the bytes of the body.");
    }
}
