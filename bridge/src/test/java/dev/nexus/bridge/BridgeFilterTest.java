package dev.nexus.bridge;

import static dev.nexus.bridge.BridgeServers.ID;
import static dev.nexus.bridge.BridgeServers.SECRET;
import static dev.nexus.bridge.BridgeServers.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.bridge.LocalServer.Answer;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.client.Entity;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A JAX-RS client with the filter. */
class BridgeFilterTest {

    @RegisterExtension
    private final BridgeServers servers = new BridgeServers();

    private final LocalServer provider = servers.provider;
    private final LocalServer stranger = servers.stranger;
    private final Map<String, Answer> tokens = servers.tokens;
    private final Bridge bridge = servers.bridge;

    @Test
    void the_filter_disables_redirects_and_keeps_all_headers() {
        provider.answers(request -> new Answer(302, Map.of("Location", stranger.url() + "/"), ""));
        Client client = ClientBuilder.newClient().register(new BridgeFilter(bridge.connection(ID)));
        try {
            int status = client.target(provider.url() + "/x")
                    .request()
                    .header("X-Two", "one")
                    .header("X-Two", "two")
                    .get()
                    .getStatus();

            assertThat(status).isEqualTo(302);
            assertThat(stranger.received()).isEmpty();
            assertThat(provider.received().get(0).header("X-Two")).contains("one", "two");
        } finally {
            client.close();
        }
    }

    @Test
    void the_filter_adds_the_credential_to_a_text_body_and_refuses_an_object_as_entity() {
        tokens.put(
                ID,
                Answer.of(
                        200,
                        token(SECRET, "")
                                .body()
                                .replace(
                                        "{\"type\":\"header\",\"config\":{\"value_prefix\":\"Bearer \"}}",
                                        "{\"type\":\"body_field\",\"config\":{\"field_name\":\"key\"}}")));
        Client client = ClientBuilder.newClient().register(new BridgeFilter(bridge.connection(ID)));
        try {
            client.target(provider.url() + "/x").request().post(Entity.json("{\"n\":1.10}"));

            assertThat(provider.received().get(0).body()).isEqualTo("{\"n\":1.10,\"key\":\"" + SECRET + "\"}");
            assertThatThrownBy(() ->
                            client.target(provider.url() + "/x").request().post(Entity.json(List.of("an object"))))
                    .isInstanceOfAny(BridgeException.class, ProcessingException.class);
        } finally {
            client.close();
        }
    }
}
