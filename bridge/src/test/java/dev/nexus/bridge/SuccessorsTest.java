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

/** Connections that are superseded by another one. */
class SuccessorsTest {

    @RegisterExtension
    private final BridgeServers servers = new BridgeServers();

    private final LocalServer gateway = servers.gateway;
    private final LocalServer provider = servers.provider;
    private final Map<String, Answer> tokens = servers.tokens;
    private final Set<String> confirmed = servers.confirmed;
    private final Bridge bridge = servers.bridge;

    @Test
    void a_superseded_connection_is_followed_for_good_to_the_successor_that_is_accepted() throws Exception {
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
    void where_the_successor_is_refused_the_superseded_one_serves_through_its_grace_and_then_nothing()
            throws Exception {
        servers.supersede();

        servers.send();
        tokens.put(ID, Answer.of(409, "{\"error\":\"connection_not_active\",\"message\":\"superseded\"}"));
        bridge.connection(ID).forget();
        GatewayException over = catchThrowableOfType(GatewayException.class, servers::send);

        assertThat(over.code()).isEqualTo("connection_not_active");
        assertThat(servers.sent()).containsExactly("Bearer " + SECRET);
        assertThat(bridge.connection(ID).currentId()).isEqualTo(ID);
        assertThat(gateway.received())
                .extracting(request -> request.uri().getPath())
                .containsOnly("/v1/token/" + ID);
    }

    @Test
    void every_successor_is_followed_unless_the_application_says_which() throws Exception {
        servers.supersede();

        try (Bridge plain = Bridge.of(gateway.url(), API_KEY)) {
            plain.connection(ID).send(servers.get("/me"));
        }

        assertThat(servers.sent()).containsExactly("Bearer next");
    }

    @Test
    void a_successor_that_is_no_longer_accepted_is_no_longer_used_though_its_token_is_held() throws Exception {
        servers.supersede();
        confirmed.add(NEXT);
        servers.send();

        confirmed.remove(NEXT);
        servers.send();

        assertThat(servers.sent()).containsExactly("Bearer next", "Bearer " + SECRET);
        assertThat(bridge.connection(ID).currentId()).isEqualTo(ID);
    }

    @Test
    void a_chain_of_successors_is_followed_as_far_as_they_are_accepted() throws Exception {
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

        // A successor that is refused leads no further.
        assertThat(servers.sent()).containsExactly("Bearer next", "Bearer last", "Bearer " + SECRET);
    }

    @Test
    void to_forget_a_successor_lets_go_of_its_token_where_it_serves_for_another() throws Exception {
        servers.supersede();
        confirmed.add(NEXT);
        servers.send();

        bridge.connection(NEXT).forget();
        servers.give(NEXT, "rotated", "");
        servers.send();

        assertThat(servers.sent()).containsExactly("Bearer next", "Bearer rotated");
    }

    @Test
    void where_the_successor_has_nothing_to_give_the_superseded_one_serves() throws Exception {
        confirmed.add(NEXT);
        servers.give(ID, SECRET, ",\"replaced_by\":\"" + NEXT + "\"");

        assertThat(servers.send()).isEqualTo(200);
        assertThat(bridge.connection(ID).currentId()).isEqualTo(ID);
    }

    @Test
    void connections_that_replace_each_other_in_a_circle_end() throws Exception {
        confirmed.addAll(List.of(ID, NEXT));
        servers.give(ID, SECRET, ",\"replaced_by\":\"" + NEXT + "\"");
        servers.give(NEXT, "next", ",\"replaced_by\":\"" + ID + "\"");

        assertThat(servers.send()).isEqualTo(200);
        assertThat(gateway.received()).hasSize(2);
    }
}
