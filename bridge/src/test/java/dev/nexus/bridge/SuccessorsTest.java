package dev.nexus.bridge;

import static dev.nexus.bridge.BridgeServers.API_KEY;
import static dev.nexus.bridge.BridgeServers.ID;
import static dev.nexus.bridge.BridgeServers.NEXT;
import static dev.nexus.bridge.BridgeServers.SECRET;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nexus.bridge.LocalServer.Answer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Superseded connections and their successors. */
class SuccessorsTest {

    @RegisterExtension
    private final BridgeServers servers = new BridgeServers();

    private final LocalServer gateway = servers.gateway;
    private final LocalServer provider = servers.provider;
    private final Map<String, Answer> tokens = servers.tokens;
    private final Set<String> confirmed = servers.confirmed;
    private final Bridge bridge = servers.bridge;

    @Test
    void an_accepted_successor_replaces_the_superseded_connection() throws Exception {
        confirmed.add(NEXT);
        servers.supersede();

        servers.send();
        tokens.put(ID, Answer.of(409, "{\"error\":\"connection_not_active\",\"message\":\"superseded\"}"));
        bridge.connection(ID).forget();
        servers.send();

        assertThat(bridge.connection(ID).currentId()).isEqualTo(NEXT);
        assertThat(provider.received())
                .extracting(request -> request.header("Authorization"))
                .containsOnly("Bearer next");
        assertThat(gateway.received()).hasSize(3);
    }

    @Test
    void without_an_accepted_successor_the_superseded_connection_is_used_until_its_grace_period_ends()
            throws Exception {
        servers.supersede();

        servers.send();
        tokens.put(ID, Answer.of(409, "{\"error\":\"connection_not_active\",\"message\":\"superseded\"}"));
        bridge.connection(ID).forget();
        GatewayException expired = catchThrowableOfType(GatewayException.class, servers::send);

        assertThat(expired.code()).isEqualTo("connection_not_active");
        assertThat(servers.sent()).containsExactly("Bearer " + SECRET);
        assertThat(bridge.connection(ID).currentId()).isEqualTo(ID);
        assertThat(gateway.received())
                .extracting(request -> request.uri().getPath())
                .containsOnly("/v1/token/" + ID);
    }

    @Test
    void by_default_every_successor_is_accepted() throws Exception {
        servers.supersede();

        try (Bridge plain = Bridge.of(gateway.url(), API_KEY)) {
            plain.connection(ID).send(servers.get("/me"));
        }

        assertThat(servers.sent()).containsExactly("Bearer next");
    }

    @Test
    void a_cached_successor_that_is_no_longer_accepted_is_no_longer_used() throws Exception {
        servers.supersede();
        confirmed.add(NEXT);
        servers.send();

        confirmed.remove(NEXT);
        servers.send();

        assertThat(servers.sent()).containsExactly("Bearer next", "Bearer " + SECRET);
        assertThat(bridge.connection(ID).currentId()).isEqualTo(ID);
    }

    @Test
    void a_chain_of_successors_ends_at_the_first_that_is_not_accepted() throws Exception {
        String last = "0193b7e2-0000-7000-8000-000000000003";
        servers.give(ID, SECRET, ",\"replaced_by\":\"" + NEXT + "\"");
        servers.give(NEXT, "next", ",\"replaced_by\":\"" + last + "\"");
        servers.give(last, "last", "");
        confirmed.add(NEXT);

        servers.send();
        confirmed.add(last);
        bridge.connection(ID).forget();
        servers.send();
        confirmed.remove(NEXT);
        bridge.connection(ID).forget();
        servers.send();

        // The chain ends at a refused successor.
        assertThat(servers.sent()).containsExactly("Bearer next", "Bearer last", "Bearer " + SECRET);
    }

    @Test
    void forget_of_a_successor_also_applies_to_the_connection_that_it_superseded() throws Exception {
        servers.supersede();
        confirmed.add(NEXT);
        servers.send();

        bridge.connection(NEXT).forget();
        servers.give(NEXT, "rotated", "");
        servers.send();

        assertThat(servers.sent()).containsExactly("Bearer next", "Bearer rotated");
    }

    @Test
    void without_a_token_of_the_successor_the_superseded_connection_is_used() throws Exception {
        confirmed.add(NEXT);
        servers.give(ID, SECRET, ",\"replaced_by\":\"" + NEXT + "\"");

        assertThat(servers.send()).isEqualTo(200);
        assertThat(bridge.connection(ID).currentId()).isEqualTo(ID);
    }

    @Test
    void a_cycle_of_successors_is_followed_only_once() throws Exception {
        confirmed.addAll(List.of(ID, NEXT));
        servers.give(ID, SECRET, ",\"replaced_by\":\"" + NEXT + "\"");
        servers.give(NEXT, "next", ",\"replaced_by\":\"" + ID + "\"");

        assertThat(servers.send()).isEqualTo(200);
        assertThat(gateway.received()).hasSize(2);
    }
}
