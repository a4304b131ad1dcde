package dev.nexus.bridge;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/** The provider's answer beside the request as its caller made it: the one that was sent holds the credential. */
final class ProviderResponse<T> implements HttpResponse<T> {

    private final HttpResponse<T> answer;
    private final HttpRequest asked;

    ProviderResponse(HttpResponse<T> answer, HttpRequest asked) {
        this.answer = answer;
        this.asked = asked;
    }

    @Override
    public int statusCode() {
        return answer.statusCode();
    }

    @Override
    public HttpRequest request() {
        return asked;
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
        return asked.uri();
    }

    @Override
    public HttpClient.Version version() {
        return answer.version();
    }

    @Override
    public String toString() {
        return asked.method() + " " + asked.uri().getHost() + " " + statusCode();
    }
}
