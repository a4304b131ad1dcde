package dev.nexus.bridge;

import dev.nexus.bridge.LocalServer.Answer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A Bridge with a simulated Gateway and two providers. JUnit extension: the servers stop after each test. */
final class BridgeServers implements AfterEachCallback {

    static final String API_KEY = "nxs_canarykey";
    static final String SECRET = "canary-secret";
    static final String ID = "0193b7e2-0000-7000-8000-000000000001";
    static final String NEXT = "0193b7e2-0000-7000-8000-000000000002";

    final LocalServer gateway = new LocalServer();
    final LocalServer provider = new LocalServer();
    final LocalServer stranger = new LocalServer();
    final Map<String, Answer> tokens = new ConcurrentHashMap<>();
    final Set<String> confirmed = ConcurrentHashMap.newKeySet();
    final Bridge bridge = Bridge.builder(gateway.url(), API_KEY)
            .followSuccessors(confirmed::contains)
            .build();

    BridgeServers() {
        gateway.answers(
                request -> tokens.getOrDefault(request.uri().getPath().replace("/v1/token/", ""), Answer.of(404, """
                        {"error": "connection_not_found", "message": "There is no such connection"}""")));
        give(ID, SECRET, "");
    }

    static Answer token(String secret, String moreMembers) {
        return Answer.of(
                200,
                "{\"strategy\":{\"type\":\"header\",\"config\":{\"value_prefix\":\"Bearer \"}},\"credentials\":{\"api_key\":\""
                        + secret + "\"},\"allowed_hosts\":[\"localhost\"]" + moreMembers + "}");
    }

    void give(String id, String secret, String moreMembers) {
        tokens.put(id, token(secret, moreMembers));
    }

    /** Lets NEXT supersede ID. Both tokens can still be read. */
    void supersede() {
        give(ID, SECRET, ",\"replaced_by\":\"" + NEXT + "\"");
        give(NEXT, "next", "");
    }

    HttpRequest get(String path) {
        return HttpRequest.newBuilder(URI.create(provider.url() + path)).build();
    }

    int send() throws Exception {
        return bridge.connection(ID).send(get("/me")).statusCode();
    }

    /** The credentials that the provider received, in order. */
    List<String> sent() {
        return provider.received().stream()
                .map(request -> request.header("Authorization"))
                .toList();
    }

    @Override
    public void afterEach(ExtensionContext test) {
        gateway.close();
        provider.close();
        stranger.close();
    }
}
