package dev.nexus.bridge;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/** The provider's response with the caller's original request, because the sent request contains the credential. */
final class ProviderResponse<T> implements HttpResponse<T> {

    private final HttpResponse<T> answer;
    private final HttpRequest original;

    ProviderResponse(HttpResponse<T> answer, HttpRequest original) {
        this.answer = answer;
        this.original = original;
    }

    @Override
    public int statusCode() {
        return answer.statusCode();
    }

    @Override
    public HttpRequest request() {
        return original;
    }

    @Override
    public Optional<HttpResponse<T>> previousResponse() {
        return Optional.empty();
    }

    @Override
    public HttpHeaders headers() {
        return answer.headers();
    }

    @Override
    public T body() {
        return answer.body();
    }

    @Override
    public Optional<SSLSession> sslSession() {
        return answer.sslSession();
    }

    @Override
    public URI uri() {
        return original.uri();
    }

    @Override
    public HttpClient.Version version() {
        return answer.version();
    }

    @Override
    public String toString() {
        return original.method() + " " + original.uri().getHost() + " " + statusCode();
    }
}
