package dev.nexus.gateway.http;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.regex.Pattern;

/** The rules for the body of a request: at most 64 KiB, of the type that its route reads. */
final class RequestBody {

    static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_TYPE_LENGTH = 100;

    /** application/json. A charset, if given, is UTF-8 (RFC 9110, 8.3). */
    private static final Pattern JSON = Pattern.compile(
            "application/json\\s*(;\\s*charset=(utf-8|\"utf-8\")\\s*)?;?\\s*", Pattern.CASE_INSENSITIVE);

    /** The type of a form that a browser sends. */
    private static final Pattern FORM = Pattern.compile(
            "application/x-www-form-urlencoded\\s*(;\\s*charset=(utf-8|\"utf-8\")\\s*)?;?\\s*",
            Pattern.CASE_INSENSITIVE);

    private RequestBody() {}

    /**
     * Checks the Content-Length, also of a body that the route does not read.
     *
     * @throws ApiException payload_too_large above 64 KiB
     * @throws NumberFormatException if it is not a number
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
        Pattern known = expected == Route.Body.FORM ? FORM : JSON;
        if (type == null
                || type.length() > MAX_TYPE_LENGTH
                || !known.matcher(type).matches()) {
            throw expected == Route.Body.FORM
                    ? new ApiException(
                            ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                            "`Content-Type` must be application/x-www-form-urlencoded, in UTF-8. Remove"
                                    + " `Content-Encoding`.")
                    : ErrorWriter.ofStatus(415);
        }
    }
}
