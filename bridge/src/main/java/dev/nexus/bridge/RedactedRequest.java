package dev.nexus.bridge;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;

/** A request whose {@code toString} omits the path and query, which can contain a credential. */
final class RedactedRequest extends HttpRequest {

    private final HttpRequest request;

    RedactedRequest(HttpRequest request) {
        this.request = request;
    }

    @Override
    public Optional<BodyPublisher> bodyPublisher() {
        return request.bodyPublisher();
    }

    @Override
    public String method() {
        return request.method();
    }

    @Override
    public Optional<Duration> timeout() {
        return request.timeout();
    }

    @Override
    public boolean expectContinue() {
        return request.expectContinue();
    }

    @Override
    public URI uri() {
        return request.uri();
    }

    @Override
    public Optional<HttpClient.Version> version() {
        return request.version();
    }

    @Override
    public HttpHeaders headers() {
        return request.headers();
    }

    @Override
    public String toString() {
        return request.method() + " " + request.uri().getScheme() + "://"
                + request.uri().getHost();
    }
}
