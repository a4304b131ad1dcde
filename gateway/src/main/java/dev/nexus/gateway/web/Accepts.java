package dev.nexus.gateway.web;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.MediaType;

/** What a caller would have, by its Accept header: the most specific range that matches a type has its quality (RFC 9110, 12.5.1). */
public final class Accepts {

    private static final MediaType HTML = MediaType.TEXT_HTML_TYPE;
    private static final MediaType JSON = MediaType.APPLICATION_JSON_TYPE;

    private Accepts() {}

    /** Whether HTML ranks above JSON, as it does for a browser; not where both are equal. */
    public static boolean prefersHtml(RoutingContext request) {
        return quality(request, HTML) > quality(request, JSON);
    }

    static boolean html(RoutingContext request) {
        return quality(request, HTML) > 0;
    }

    static boolean json(RoutingContext request) {
        return quality(request, JSON) > 0;
    }

    private static float quality(RoutingContext request, MediaType type) {
        String header = request.request().getHeader(HttpHeaders.ACCEPT);
        if (header == null || header.isBlank()) {
            return 1;
        }
        int closest = -1;
        float quality = 0;
        for (MIMEHeader range : request.parsedHeaders().accept()) {
            int closeness = closeness(range, type);
            if (closeness > closest) {
                closest = closeness;
                quality = range.weight();
            }
        }
        return quality;
    }

    /** 2 for the type itself, 1 for its kind, 0 for anything, -1 where the range does not match. */
    private static int closeness(MIMEHeader range, MediaType type) {
        if (range.component().equals("*")) {
            return 0;
        }
        if (!range.component().equalsIgnoreCase(type.getType())) {
            return -1;
        }
        if (range.subComponent().equals("*")) {
            return 1;
        }
        return range.subComponent().equalsIgnoreCase(type.getSubtype()) ? 2 : -1;
    }
}
