package dev.nexus.gateway.http;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.MediaType;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the header Accept. The quality of a type is that of the most specific matching range (RFC 9110, 12.5.1).
 */
public final class Accepts {

    private static final MediaType HTML = MediaType.TEXT_HTML_TYPE;
    private static final MediaType JSON = MediaType.APPLICATION_JSON_TYPE;

    /** Longer than the header of any browser. A longer header counts as missing. */
    private static final int MAX_LENGTH = 1_000;

    private Accepts() {}

    /** Returns true if the caller prefers HTML to JSON, like a browser. False if both have the same quality. */
    public static boolean prefersHtml(RoutingContext request) {
        return prefersHtml(header(request.request()));
    }

    static boolean prefersHtml(@Nullable String accept) {
        return quality(accept, HTML) > quality(accept, JSON);
    }

    /**
     * Checks that the caller accepts a type that {@code route} returns. Does not check {@link Route#PAGE_ASSET}.
     *
     * @throws ApiException not_acceptable
     */
    static void check(HttpServerRequest request, Route route) {
        String accept = header(request);
        if (route == Route.PAGE_ASSET || json(accept) || (route.hasPage() && quality(accept, HTML) > 0)) {
            return;
        }
        throw route.hasPage()
                ? new ApiException(
                        ErrorCode.NOT_ACCEPTABLE,
                        "`Accept`: this route returns text/html or application/json. Accept one of them.")
                : ErrorWriter.ofStatus(406);
    }

    static boolean json(@Nullable String accept) {
        return quality(accept, JSON) > 0;
    }

    private static @Nullable String header(HttpServerRequest request) {
        return request.getHeader(HttpHeaders.ACCEPT);
    }

    private static double quality(@Nullable String accept, MediaType type) {
        if (accept == null || accept.equals("*/*") || accept.length() > MAX_LENGTH || accept.isBlank()) {
            return 1;
        }
        int closest = -1;
        double quality = 0;
        for (String part : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            Optional<MediaType> range = parse(withoutSpaces(part));
            int closeness = range.map(known -> closeness(known, type)).orElse(-1);
            if (closeness > closest) {
                closest = closeness;
                quality = range.map(Accepts::quality).orElse(0.0);
            }
        }
        return quality;
    }

    private static String withoutSpaces(String part) {
        if (part.indexOf(';') < 0) {
            return part.strip();
        }
        String[] parameters = part.split(";", -1);
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = parameters[i].strip();
        }
        return String.join(";", parameters);
    }

    /** Empty if {@code part} is not a media range. Such a part matches no type. */
    private static Optional<MediaType> parse(String part) {
        try {
            return part.indexOf('/') > 0 ? Optional.of(MediaType.valueOf(part)) : Optional.empty();
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /** 2 for the exact type, 1 for a wildcard subtype, 0 for any type, -1 if the range does not match. */
    private static int closeness(MediaType range, MediaType type) {
        if (!range.isCompatible(type)) {
            return -1;
        }
        return range.isWildcardType() ? 0 : range.isWildcardSubtype() ? 1 : 2;
    }

    private static double quality(MediaType range) {
        String quality = range.getParameters().getOrDefault("q", "1");
        try {
            return Double.parseDouble(quality);
        } catch (NumberFormatException malformed) {
            return 1;
        }
    }
}
