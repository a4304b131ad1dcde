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
 * The rules for a return URL. It is an absolute https URL according to RFC 3986, without user info. It has at most
 * 2,048 characters: printable ASCII without spaces and backslashes. Outside production, http is allowed for loopback
 * hosts. The API key must list the origin of the URL. The query must not have a parameter that Nexus adds. The Gateway
 * forwards the text unchanged.
 */
final class ReturnUrl {

    private static final int MAX_LENGTH = 2_048;
    private static final Set<String> RESERVED = Set.of("status", "connection_id", "error");

    private ReturnUrl() {}

    /**
     * Checks a return URL.
     *
     * @throws ApiException invalid_request for an invalid URL; return_url_not_allowed if the API key does not list the
     *     origin
     */
    static void check(String text, ApiKey key, boolean httpLoopback) {
        if (text.length() > MAX_LENGTH) {
            throw invalid("maxLength", "`return_url` must be at most 2,048 characters.");
        }
        if (!text.chars().allMatch(c -> c > 0x20 && c < 0x7f && c != '\\')) {
            throw invalid(
                    "format",
                    "`return_url` must be printable ASCII without spaces and backslashes. Write the host in punycode,"
                            + " and percent-encode other characters.");
        }
        URI uri = parse(text);
        Origin origin = Origin.of(uri)
                .orElseThrow(() -> invalid(
                        "format",
                        "`return_url` must be an absolute https URL without user info. Only outside production, http is"
                                + " allowed for loopback hosts."));
        if (!origin.scheme().equals("https") && !(httpLoopback && origin.isLoopback())) {
            throw invalid(
                    "scheme",
                    "`return_url` must be https. Only outside production, http is allowed for loopback hosts.");
        }
        refuseReserved(uri);
        if (!key.returnOrigins().contains(origin.canonical())) {
            throw new ApiException(
                    ErrorCode.RETURN_URL_NOT_ALLOWED,
                    "`return_url`: the origin is not allowed for this API key. Add it to the key's return_origins.");
        }
    }

    private static URI parse(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException malformed) {
            // Without the cause, because its message quotes the URL.
            throw invalid(
                    "format",
                    "`return_url` must be a valid URL (RFC 3986). Percent-encode each character that is not allowed.");
        }
    }

    private static void refuseReserved(URI uri) {
        String query = uri.getRawQuery();
        if (query == null) {
            return;
        }
        for (String parameter : query.split("[&;]", -1)) {
            if (RESERVED.contains(name(parameter))) {
                throw invalid(
                        "reserved",
                        "`return_url`: Nexus adds the query parameters status, connection_id and error. Remove them.");
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
