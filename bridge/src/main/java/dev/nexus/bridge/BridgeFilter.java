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
 * Puts a connection's credential into the requests of a JAX-RS client:
 *
 * <pre>{@code
 * Client client = ClientBuilder.newClient().register(new BridgeFilter(bridge.connection(id)));
 * }</pre>
 *
 * <p>The client must not follow redirects: Jersey is told so for these requests, another client by its own settings. An
 * entity is taken as text or bytes alone, because signatures cover it; other
 * entities are refused where the request has one. A 401 is not tried again: call {@link BridgeConnection#forget} and send
 * anew.
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
        // Jersey follows redirects unless it is told; others by their own settings.
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
        throw new BridgeException("An entity must be a String or a byte[] to pass the BridgeFilter");
    }
}
