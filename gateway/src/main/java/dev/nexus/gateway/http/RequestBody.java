package dev.nexus.gateway.http;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import dev.nexus.runtime.BodyReader;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;

/** The rules for the body of a request: at most 64 KiB, of the type that its route reads, within eight seconds. */
public final class RequestBody {

    static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_TYPE_LENGTH = 100;

    private static final long MAX_MILLIS = 8_000;

    private RequestBody() {}

    /**
     * Checks the Content-Length, also of a body that the route does not read.
     *
     * @throws ApiException payload_too_large above 64 KiB, or if the header has more than 18 characters
     * @throws NumberFormatException if the header is not a number
     */
    static void checkLength(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length != null && (length.length() > 18 || Long.parseLong(length) > MAX_BYTES)) {
            throw ErrorWriter.ofStatus(413);
        }
    }

    /**
     * Checks the media type and the content coding of a body that the route reads.
     *
     * @throws ApiException unsupported_media_type
     */
    static void checkType(HttpServerRequest request, Route.Body expected) {
        if (expected == Route.Body.NONE) {
            return;
        }
        boolean plain = request.headers().getAll(HttpHeaders.CONTENT_ENCODING).stream()
                .allMatch(coding -> coding.strip().equalsIgnoreCase("identity"));
        if (!plain) {
            throw ErrorWriter.ofStatus(415);
        }
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        String known = expected == Route.Body.FORM ? "application/x-www-form-urlencoded" : "application/json";
        if (type == null || type.length() > MAX_TYPE_LENGTH || !isInUtf8(type, known)) {
            throw expected == Route.Body.FORM
                    ? new ApiException(
                            ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                            "`Content-Type` must be application/x-www-form-urlencoded, in UTF-8. Remove"
                                    + " `Content-Encoding`.")
                    : ErrorWriter.ofStatus(415);
        }
    }

    /**
     * Returns true if {@code type} is {@code expected}, without parameters or with the charset UTF-8 (RFC 9110, 8.3).
     */
    static boolean isInUtf8(String type, String expected) {
        if (type.equals(expected)) {
            return true;
        }
        String[] parts = type.split(";", -1);
        int last = parts.length - 1;
        if (last > 0 && parts[last].isBlank()) {
            last--;
        }
        return parts[0].stripTrailing().equalsIgnoreCase(expected) && (last == 0 || (last == 1 && isUtf8(parts[1])));
    }

    private static boolean isUtf8(String parameter) {
        String charset = parameter.strip();
        return charset.equalsIgnoreCase("charset=utf-8") || charset.equalsIgnoreCase("charset=\"utf-8\"");
    }

    /**
     * Reads the body for a route without a resource of Jakarta REST. Call this method on the context of the request.
     *
     * @return fails with payload_too_large above 64 KiB, which {@link #checkLength} cannot know without a
     *     Content-Length. Never completes if the connection closes before the whole body has arrived
     */
    public static Future<Buffer> read(HttpServerRequest request) {
        return BodyReader.read(request, MAX_BYTES, () -> ErrorWriter.ofStatus(413));
    }

    /**
     * Closes the connection if the whole body has not arrived within eight seconds. This also applies after the
     * response, because a route that does not read the body responds immediately.
     *
     * @param release releases the slot of the request, also if Vert.x does not report that the connection has closed
     */
    static void limitTime(RoutingContext context, Runnable release) {
        HttpServerRequest request = context.request();
        if (request.isEnded() || !hasBody(request)) {
            return;
        }
        long timer = context.vertx().setTimer(MAX_MILLIS, fired -> {
            if (!request.isEnded()) {
                request.connection().close();
                release.run();
            }
        });
        context.addEndHandler(ended -> {
            if (request.isEnded()) {
                context.vertx().cancelTimer(timer);
            }
        });
    }

    /** Returns true if a header announces a body (RFC 9112, 6.3). */
    private static boolean hasBody(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.CONTENT_LENGTH)
                || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }
}
