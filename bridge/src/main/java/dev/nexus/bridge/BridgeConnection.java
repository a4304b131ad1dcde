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
 * Sends requests with the credential of one connection. Thread-safe.
 *
 * <p>The methods that add the credential to a request throw:
 *
 * <ul>
 *   <li>{@link GatewayException} if the Gateway refuses the token, cannot be reached or does not respond with a token,
 *       or if the thread is interrupted while it waits for the Gateway
 *   <li>{@link ForbiddenHostException} if the credential must not be sent to the URL of the request
 *   <li>{@link dev.nexus.strategy.InapplicableCredentialException} if the credential does not fit the request
 *   <li>{@link BridgeException} in other cases: this version does not support the strategy of the connection, or the
 *       body of the request cannot be read or is larger than 8 MiB
 * </ul>
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
     * Sends a request with the credential and returns the response body as bytes, see
     * {@link #send(HttpRequest, BodyHandler)}.
     */
    public HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
        return send(request, HttpResponse.BodyHandlers.ofByteArray());
    }

    /**
     * Sends a request with the credential. If the provider responds with 401, the Bridge fetches the credential again,
     * retries the request once and returns the second response. The Bridge does not follow redirects.
     *
     * <pre>{@code
     * HttpRequest request = HttpRequest.newBuilder(URI.create("https://api.github.com/user")).build();
     * HttpResponse<String> me = bridge.connection(id).send(request, BodyHandlers.ofString());
     * }</pre>
     *
     * @param request its body is read into memory, at most 8 MiB
     */
    public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler)
            throws IOException, InterruptedException {
        OutgoingRequest plain = outgoing(request);
        Token token = tokens.of(id);
        HttpResponse<T> answer = http.send(
                http(request, token.apply(plain, clock.instant())),
                // Discards the body of a 401, because the caller gets the second response.
                head -> head.statusCode() == UNAUTHORIZED ? BodySubscribers.replacing(null) : handler.apply(head));
        if (answer.statusCode() != UNAUTHORIZED) {
            return new ProviderResponse<>(answer, request);
        }
        tokens.forget(id, token);
        return new ProviderResponse<>(
                http.send(http(request, tokens.of(id).apply(plain, clock.instant())), handler), request);
    }

    /**
     * Returns the request with the credential added, for your own {@link HttpClient}. That client must not follow
     * redirects, because it would send the credential to the new host.
     */
    public HttpRequest apply(HttpRequest request) {
        return http(request, apply(outgoing(request)));
    }

    /**
     * Returns the request with the credential added, for any other HTTP client. After a 401, call {@link #forget}, so
     * that the next request fetches the credential again.
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
     * Removes the credential from the cache, also for the connections that this one has superseded. The next request
     * fetches it.
     */
    public void forget() {
        tokens.forget(id);
    }

    /**
     * Returns the id of the connection whose credential is used. It differs from the given id if a successor has
     * superseded the connection and {@link Bridge.Builder#followSuccessors} accepts that successor. Store it in place
     * of the old id. Does not call the Gateway: the Bridge learns of a successor when it fetches a credential.
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

    /**
     * Converts {@code ready} for the JDK's client, with the time-out, version and expectContinue of {@code original}.
     */
    private static HttpRequest http(HttpRequest original, OutgoingRequest ready) {
        byte[] body = ready.body();
        boolean none = body.length == 0 && original.bodyPublisher().isEmpty();
        HttpRequest.Builder request = HttpRequest.newBuilder(ready.uri())
                .method(ready.method(), none ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body))
                .expectContinue(original.expectContinue());
        original.timeout().ifPresent(request::timeout);
        original.version().ifPresent(request::version);
        for (HttpField header : ready.headers()) {
            request.header(header.name(), header.value());
        }
        return new RedactedRequest(request.build());
    }

    @Override
    public String toString() {
        return "BridgeConnection[" + id + "]";
    }
}
