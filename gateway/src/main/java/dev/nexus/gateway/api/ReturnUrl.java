package dev.nexus.gateway.api;

import dev.nexus.contracts.ErrorBody;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.gateway.apikey.ApiKey;
import dev.nexus.gateway.http.Origin;
import dev.nexus.runtime.ApiException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Which return URLs are taken: absolute https (http for loopback hosts outside production) of at most 2,048 printable
 * ASCII characters that RFC 3986 allows, without user info, whose origin is exactly one that the API key lists, and whose
 * query does not yet say what Nexus will add. The text is passed on as it came.
 */
final class ReturnUrl {

    private static final int MAX_LENGTH = 2_048;
    private static final Set<String> RESERVED = Set.of("status", "connection_id", "error");

    private ReturnUrl() {}

    /** Refuses with invalid_request what is no such URL, and with return_url_not_allowed another origin. */
    static void check(String text, ApiKey key, boolean httpLoopback) {
        if (text.length() > MAX_LENGTH) {
            throw invalid("maxLength", "return_url must be at most 2,048 characters");
        }
        if (!text.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != '\\')) {
            throw invalid(
                    "format",
                    "return_url must be printable ASCII without spaces and backslashes; write the host as"
                            + " punycode");
        }
        URI uri = parse(text);
        Origin origin = Origin.of(uri)
                .orElseThrow(() -> invalid("format", "return_url must be an absolute https URL without user info"));
        if (!origin.scheme().equals("https") && !(httpLoopback && origin.isLoopback())) {
            throw invalid("scheme", "return_url must be https; http is for loopback hosts outside production");
        }
        refuseReserved(uri);
        if (!key.returnOrigins().contains(origin.canonical())) {
            throw new ApiException(
                    ErrorCode.RETURN_URL_NOT_ALLOWED,
                    "The origin of return_url is not one that the API key lists; add it to the key's return_origins");
        }
    }

    private static URI parse(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException malformed) {
            // Its message quotes the URL.
            throw invalid("format", "return_url must be a URL as RFC 3986 writes it");
        }
    }

    private static void refuseReserved(URI uri) {
        String query = uri.getRawQuery();
        if (query == null) {
            return;
        }
        for (String parameter : query.split("[&;]", -1)) {
            if (RESERVED.contains(name(parameter))) {
                throw invalid("reserved", "return_url must not hold the parameters status, connection_id and error");
            }
        }
    }

    private static String name(String parameter) {
        String raw = parameter.split("=", 2)[0];
        try {
            return URLDecoder.decode(raw, StandardCharsets.UTF_8).strip().toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException malformed) {
            return raw;
        }
    }

    private static ApiException invalid(String rule, String message) {
        return new ApiException(
                ErrorCode.INVALID_REQUEST, message, List.of(new ErrorBody.Detail("/return_url", rule, message)));
    }
}
