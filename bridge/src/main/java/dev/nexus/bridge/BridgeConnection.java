package dev.nexus.bridge;

import dev.nexus.strategy.HttpField;
import dev.nexus.strategy.OutgoingRequest;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * One connection, as its application uses it. Safe for use by several threads.
 *
 * <p>Every method that puts the credential into a request fails with {@link GatewayException} where there is no token to
 * be had, with {@link ForbiddenHostException} where the request goes to another host than the credential is for, and with
 * {@link dev.nexus.strategy.InapplicableCredentialException} where the credential does not fit the request.
 */
public final class BridgeConnection {

    private static final int UNAUTHORIZED = 401;

    private final String id;
    private final Tokens tokens;
    private final HttpClient http;
    private final Clock clock;

    BridgeConnection(String id, Tokens tokens, HttpClient http, Clock clock) {
        this.id = id;
        this.tokens = tokens;
        this.http = http;
        this.clock = clock;
    }

    /**
     * Sends a request with the credential and gives the answer with its body in bytes, see
     * {@link #send(HttpRequest, BodyHandler)}.
     */
    public HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
        return send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    /**
     * Sends a request with the credential. Where the provider answers 401 to a credential, that is fetched once more and
     * the request is sent once more; the second answer is given, whatever it is. Redirects are not followed.
     *
     * <pre>{@code
     * HttpResponse<String> me = bridge.connection(id)
     *         .send(HttpRequest.newBuilder(URI.create("https://api.github.com/user")).build(), BodyHandlers.ofString());
     * }</pre>
     *
     * @param request its body is read whole, at most 8 MiB
     */
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
            throws IOException, InterruptedException {
        OutgoingRequest plain = outgoing(request);
        Token token = tokens.of(id);
        HttpResponse<T> answer = http.send(
                http(request, token.apply(plain, clock.instant())),
                // The body of a 401 is let go of: the answer that counts is the second one.
                head -> head.statusCode() == UNAUTHORIZED ? BodySubscribers.replacing(null) : handler.apply(head));
        if (answer.statusCode() != UNAUTHORIZED) {
            return new ProviderResponse<>(answer, request);
        }
        tokens.forget(id, token);
        return new ProviderResponse<>(
                http.send(http(request, tokens.of(id).apply(plain, clock.instant())), handler), request);
    }

    /**
     * The request with the credential in it, for {@link HttpClient}s of one's own. Such a client must not follow redirects,
     * or the credential goes along.
     */
    public HttpRequest apply(HttpRequest request) {
        return http(request, apply(outgoing(request)));
    }

    /**
     * The request with the credential in it, for any other HTTP client. After a 401, {@link #forget} has the next one
     * fetched anew.
     *
     * <pre>{@code
     * OutgoingRequest ready = bridge.connection(id)
     *         .apply(OutgoingRequest.of("GET", URI.create("https://api.github.com/user")));
     * ready.headers().forEach(header -> mine.header(header.name(), header.value()));
     * mine.send(ready.method(), ready.uri(), ready.body());
     * }</pre>
     */
    public OutgoingRequest apply(OutgoingRequest request) {
        return tokens.of(id).apply(request, clock.instant());
    }

    /**
     * Lets go of the credential in memory, also where it serves for connections that this one has replaced; the next
     * request fetches it.
     */
    public void forget() {
        tokens.forget(id);
    }

    /**
     * The id of the connection that is used: the one that was asked for, or, once that was superseded by a new capture
     * that {@link Bridge.Builder#followSuccessors} accepts, the one that has replaced it. To be stored by the application in
     * the former's place.
     */
    public String currentId() {
        return tokens.currentId(id);
    }

    private static OutgoingRequest outgoing(HttpRequest request) {
        OutgoingRequest outgoing = OutgoingRequest.of(request.method(), request.uri());
        for (Map.Entry<String, List<String>> header : request.headers().map().entrySet()) {
            for (String value : header.getValue()) {
                outgoing = outgoing.withAddedHeader(header.getKey(), value);
            }
        }
        return request.bodyPublisher().isPresent()
                ? outgoing.withBody(RequestBody.read(request.bodyPublisher().orElseThrow()))
                : outgoing;
    }

    /** {@code ready} as a request of the JDK's client, with what {@code like} says besides. */
    private static HttpRequest http(HttpRequest like, OutgoingRequest ready) {
        byte[] body = ready.body();
        boolean none = body.length == 0 && like.bodyPublisher().isEmpty();
        HttpRequest.Builder request = HttpRequest.newBuilder(ready.uri())
                .method(ready.method(), none ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
                .expectContinue(like.expectContinue());
        like.timeout().ifPresent(request::timeout);
        like.version().ifPresent(request::version);
        for (HttpField header : ready.headers()) {
            request.header(header.name(), header.value());
        }
        return new QuietRequest(request.build());
    }

    @Override
    public String toString() {
        return "BridgeConnection[" + id + "]";
    }
}
