package dev.nexus.broker.outbound;

import io.vertx.core.MultiMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The response to a {@link GuardedRequest}. Is not a record, because it must not print headers or a body. */
public final class GuardedAnswer {

    /** The maximum length of a body that is read, in bytes. */
    public static final int MAX_BODY_BYTES = 16 * 1024;

    private static final List<String> BROWSER_CHALLENGES =
            List.of("cf-mitigated", "x-amzn-waf-action", "x-vercel-mitigated");

    private final int status;
    private final MultiMap headers;
    private final Optional<byte[]> body;

    GuardedAnswer(int status, MultiMap headers, Optional<byte[]> body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /** Returns the status, 100–599. */
    public int status() {
        return status;
    }

    /** Returns the first value of a header. */
    public Optional<String> header(String name) {
        @Nullable String value = headers.get(name);
        return Optional.ofNullable(value);
    }

    /**
     * Returns the complete body. Returns empty if the caller did not ask for it, if it is longer than
     * {@link #MAX_BODY_BYTES}, or if the connection closed before its end.
     */
    public Optional<byte[]> body() {
        return body;
    }

    /** Returns true if the body is a page for a browser. */
    public boolean isHtml() {
        String type = mediaType();
        return type.equals("text/html") || type.equals("application/xhtml+xml");
    }

    /** Returns true if the body is text without a format. */
    public boolean isPlainText() {
        return mediaType().equals("text/plain");
    }

    private String mediaType() {
        return header("Content-Type")
                .map(value -> value.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                .orElse("");
    }

    /**
     * Returns true if a firewall asks for a browser. Recognizes the headers of the firewalls of Cloudflare
     * (https://developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response/), of AWS
     * (https://docs.aws.amazon.com/waf/latest/developerguide/waf-captcha-and-challenge-actions.html) and of Vercel.
     */
    public boolean isBrowserChallenge() {
        return BROWSER_CHALLENGES.stream().anyMatch(headers::contains);
    }
}
