package dev.nexus.gateway.page;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.gateway.http.GatewayConfig;
import dev.nexus.gateway.http.Origin;
import dev.nexus.gateway.page.Branding.Brand;
import dev.nexus.runtime.ApiException;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The headers that isolate a page from other sites: response headers, and request headers that name the origin of a
 * form. Cache-Control and nosniff are on every response of the Gateway.
 */
@ApplicationScoped
class PageHeaders {

    private static final String NO_FEATURES = "accelerometer=(), autoplay=(), camera=(), display-capture=(), "
            + "encrypted-media=(), fullscreen=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), "
            + "midi=(), payment=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=(), "
            + "xr-spatial-tracking=()";

    private final boolean https;
    private final Optional<Origin> own;

    PageHeaders(GatewayConfig config) {
        this.own = Origin.of(config.publicUrl());
        this.https = "https".equalsIgnoreCase(config.publicUrl().getScheme());
    }

    /**
     * The headers of a page.
     *
     * @param back the origin of the return URL. Browsers check the redirect after a form against form-action too
     */
    Map<String, String> page(Brand brand, Optional<Origin> back) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(HttpHeaders.CONTENT_TYPE, "text/html;charset=UTF-8");
        headers.put("Content-Security-Policy", policy(brand.frameAncestors(), back));
        headers.put("Referrer-Policy", "no-referrer");
        headers.put("Permissions-Policy", NO_FEATURES);
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
        headers.put("X-Robots-Tag", "noindex");
        if (brand.frameAncestors().isEmpty()) {
            headers.put("X-Frame-Options", "DENY");
        }
        transportSecurity(headers);
        return headers;
    }

    /** The headers of a page's file. They prevent scripts in an image that is opened directly. */
    Map<String, String> asset(PageAssets.Asset asset) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(HttpHeaders.CONTENT_TYPE, asset.type());
        headers.put(HttpHeaders.CACHE_CONTROL, asset.cacheControl());
        headers.put("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox");
        headers.put("Cross-Origin-Resource-Policy", "same-origin");
        headers.put("Referrer-Policy", "no-referrer");
        transportSecurity(headers);
        return headers;
    }

    private static String policy(List<String> frameAncestors, Optional<Origin> back) {
        return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'"
                + back.map(origin -> " " + source(origin)).orElse("") + "; frame-ancestors "
                + (frameAncestors.isEmpty() ? "'none'" : String.join(" ", frameAncestors)) + "; base-uri 'none'";
    }

    /** The origin in the notation of Content-Security-Policy (CSP 3, 2.3.1): without the default port. */
    static String source(Origin origin) {
        boolean usual = origin.port() == (origin.scheme().equals("https") ? 443 : 80);
        return origin.scheme() + "://" + origin.host() + (usual ? "" : ":" + origin.port());
    }

    private void transportSecurity(Map<String, String> headers) {
        if (https) {
            headers.put("Strict-Transport-Security", "max-age=31536000");
        }
    }

    /**
     * Refuses a form if the browser's request headers show that a page of another origin sent it. Accepts a request
     * without these headers. This is the second protection. The first is the cookie, which a browser does not send with
     * another site's form. {@code Origin: null} is ignored, because a page without a referrer sends it too.
     *
     * @throws ApiException forbidden if a page of another origin sent the form
     */
    void checkOrigin(HttpServerRequest request) {
        String site = request.getHeader("Sec-Fetch-Site");
        boolean taken =
                site == null ? isOwn(request.getHeader("Origin")) : site.equals("same-origin") || site.equals("none");
        if (!taken) {
            throw new ApiException(
                    ErrorCode.FORBIDDEN, "The form was sent by another site. Send it from the hosted page.");
        }
    }

    private boolean isOwn(@Nullable String origin) {
        return origin == null || origin.equals("null") || Origin.ofUrl(origin).equals(own);
    }
}
