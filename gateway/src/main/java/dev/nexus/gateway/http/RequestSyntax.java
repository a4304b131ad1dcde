package dev.nexus.gateway.http;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;

/**
 * The checks that do not depend on the route: the version, the lengths, the URI and the Host (RFC 9112, 3.2). A refusal
 * also closes the connection: after a syntax error, the bytes that follow may not be the request that they look like.
 */
final class RequestSyntax {

    /** Vert.x accepts a request line of 16 KiB, so that the Gateway refuses a long URI, with an error body. */
    private static final int MAX_URI = 4_096;

    /** Vert.x accepts headers of 32 KiB, so that the Gateway refuses long headers, with an error body. */
    private static final int MAX_HEADERS = 16 * 1024;

    /** A colon, a space and the end of the line. */
    private static final int HEADER_PUNCTUATION = 4;

    private RequestSyntax() {}

    /** @throws ApiException invalid_request, uri_too_long or headers_too_large */
    static void check(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (!isSupported(request.version())) {
            throw closing(context, unsupportedVersion());
        } else if (request.uri().length() > MAX_URI) {
            throw closing(context, ErrorWriter.ofStatus(414));
        } else if (size(request.headers()) > MAX_HEADERS) {
            throw closing(context, ErrorWriter.ofStatus(431));
        } else if (!RequestUri.isValid(request.uri())) {
            throw closing(context, invalidUri());
        } else if (!hasOneHost(request)) {
            throw closing(context, invalidHost());
        }
    }

    /** Returns the error for a request that Vert.x refuses before any filter: its version or its Host is invalid. */
    static ApiException earlyFailure(RoutingContext context) {
        return closing(context, isSupported(context.request().version()) ? invalidHost() : unsupportedVersion());
    }

    private static boolean isSupported(HttpVersion version) {
        return version == HttpVersion.HTTP_1_1 || version == HttpVersion.HTTP_1_0;
    }

    private static int size(MultiMap headers) {
        int size = 0;
        for (Map.Entry<String, String> header : headers) {
            size += header.getKey().length() + header.getValue().length() + HEADER_PUNCTUATION;
        }
        return size;
    }

    private static boolean hasOneHost(HttpServerRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaders.HOST);
        return hosts.isEmpty()
                ? request.version() == HttpVersion.HTTP_1_0
                : hosts.size() == 1 && !hosts.get(0).isBlank() && request.authority() != null;
    }

    private static ApiException unsupportedVersion() {
        return new ApiException(
                ErrorCode.INVALID_REQUEST, "This port supports only HTTP/1.1. Send the request as HTTP/1.1.");
    }

    private static ApiException invalidUri() {
        return new ApiException(
                ErrorCode.INVALID_REQUEST,
                "The path or the query is not a valid URI (RFC 3986). Percent-encode each character that is not allowed.");
    }

    private static ApiException invalidHost() {
        return new ApiException(ErrorCode.INVALID_REQUEST, "`Host`: send the header once, with a valid host.");
    }

    private static ApiException closing(RoutingContext context, ApiException refusal) {
        ClosingConnections.add(context.request().connection());
        context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        context.addEndHandler(ended -> context.request().connection().close());
        return refusal;
    }
}
