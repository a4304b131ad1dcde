package dev.nexus.bridge;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Sends requests to providers with the credentials that Nexus stores. Create one Bridge for the whole application. It
 * is thread-safe.
 *
 * <pre>{@code
 * try (Bridge bridge = Bridge.of("https://nexus.example.com", System.getenv("NEXUS_API_KEY"))) {
 *     HttpResponse<byte[]> answer = bridge.connection(connectionId)
 *             .send(HttpRequest.newBuilder(URI.create("https://api.stripe.com/v1/balance")).build());
 * }
 * }</pre>
 *
 * <p>The Bridge fetches a credential with the first request and caches it in memory for a minute (see
 * {@link Builder#holdFor}). It adds the credential to the request in the way that the provider requires. If the
 * provider's definition limits the hosts, the Bridge sends the credential only to them. The API key needs the scope
 * {@code tokens:read}.
 */
public final class Bridge implements AutoCloseable {

    private final Tokens tokens;
    private final HttpClient http;
    private final Clock clock;

    private Bridge(Builder builder) {
        this.tokens = new Tokens(
                new Gateway(builder.gatewayUrl, builder.apiKey, builder.gatewayTimeout, builder.retries),
                builder.acceptedSuccessors,
                builder.holdFor,
                builder.holdAtMost);
        this.http = builder.http;
        this.clock = builder.clock;
    }

    /** Creates a Bridge with the default settings, see {@link #builder}. */
    public static Bridge of(String gatewayUrl, String apiKey) {
        return builder(gatewayUrl, apiKey).build();
    }

    /** Creates a Bridge with the default settings, see {@link #builder}. */
    public static Bridge of(URI gatewayUrl, String apiKey) {
        return of(gatewayUrl.toString(), apiKey);
    }

    /**
     * Creates a builder, to change the default settings.
     *
     * @param gatewayUrl the Gateway's address: https, or http on a loopback host; without query, fragment and user info
     * @param apiKey an API key with the scope {@code tokens:read}
     * @throws IllegalArgumentException if a parameter has an invalid form
     */
    public static Builder builder(String gatewayUrl, String apiKey) {
        return new Builder(gatewayUrl, apiKey);
    }

    /** Returns the connection with this id, a UUID. Does not call the Gateway. */
    public BridgeConnection connection(String connectionId) {
        return new BridgeConnection(connectionId, tokens, http, clock);
    }

    /** Removes all credentials from the cache. The Bridge stays usable. */
    @Override
    public void close() {
        tokens.forgetAll();
    }

    /** The settings of a {@link Bridge}. */
    public static final class Builder {

        private static final Duration LONGEST_HOLD = Duration.ofHours(1);

        private final URI gatewayUrl;
        private final String apiKey;
        private Duration holdFor = Duration.ofMinutes(1);
        private int holdAtMost = 1_000;
        private Predicate<String> acceptedSuccessors = successor -> true;
        private int retries = 3;
        private Duration gatewayTimeout = Duration.ofSeconds(10);
        private Clock clock = Clock.systemUTC();
        private HttpClient http = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(10))
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();

        private Builder(String gatewayUrl, String apiKey) {
            URI url = parsed(gatewayUrl.endsWith("/") ? gatewayUrl.substring(0, gatewayUrl.length() - 1) : gatewayUrl);
            boolean secure = "https".equalsIgnoreCase(url.getScheme());
            boolean local = "http".equalsIgnoreCase(url.getScheme())
                    && url.getHost() != null
                    && Destinations.isLoopback(url.getHost());
            if (url.getHost() == null
                    || !(secure || local)
                    || url.getRawQuery() != null
                    || url.getRawFragment() != null
                    || url.getRawUserInfo() != null) {
                throw new IllegalArgumentException(
                        "gatewayUrl must be an https URL, or an http URL of a loopback host, without query, fragment and"
                                + " user info");
            }
            if (!apiKey.matches("[!-~]{1,512}")) {
                throw new IllegalArgumentException(
                        "apiKey must be 1 to 512 printable ASCII characters without spaces. Check for a line break at its"
                                + " end.");
            }
            this.gatewayUrl = url;
            this.apiKey = apiKey;
        }

        private static URI parsed(String gatewayUrl) {
            try {
                return new URI(gatewayUrl);
            } catch (URISyntaxException e) {
                // The exception's message quotes the URL with its user info.
                throw new IllegalArgumentException(
                        "gatewayUrl is not a valid URL. Use a URL such as https://nexus.example.com.");
            }
        }

        /**
         * Sets how long a credential is cached in memory: from zero to one hour, by default one minute. With zero, each
         * request fetches the credential.
         */
        public Builder holdFor(Duration duration) {
            if (duration.isNegative() || duration.compareTo(LONGEST_HOLD) > 0) {
                throw new IllegalArgumentException("holdFor must be from zero to one hour");
            }
            this.holdFor = duration;
            return this;
        }

        /** Sets the maximum number of cached credentials: 1 or more, by default 1,000. */
        public Builder holdAtMost(int credentials) {
            if (credentials < 1) {
                throw new IllegalArgumentException("holdAtMost must be 1 or more");
            }
            this.holdAtMost = credentials;
            return this;
        }

        /**
         * Sets which successors the Bridge uses in place of a superseded connection; by default all. If
         * {@code accepted} refuses the successor, the Bridge uses the superseded connection until its grace period
         * ends. Later requests fail with a {@link GatewayException} that has the code {@code connection_not_active}.
         *
         * <p>A successor does not prove which user entered its credential. A user can start a rotation and send its
         * auth_url to another person. The Bridge would then use that person's credential instead of the user's own. If
         * users can see an auth_url, accept a successor only after your callback has confirmed it, in the session that
         * started the rotation:
         *
         * <pre>{@code
         * Bridge.builder(url, key).followSuccessors(id -> confirmedConnections.contains(id)).build();
         * }</pre>
         *
         * <p>The Bridge calls {@code accepted} for each successor in a chain when it fetches the credential. With every
         * request, it calls {@code accepted} again for the successor in use. If {@code accepted} then refuses that
         * successor, the Bridge stops using it.
         *
         * @param accepted receives the id of the successor. Must be thread-safe and must not call this Bridge. If it
         *     throws, the request fails before it is sent
         */
        public Builder followSuccessors(Predicate<String> accepted) {
            this.acceptedSuccessors = accepted;
            return this;
        }

        /**
         * Sets the maximum number of retries of a call to the Gateway: from 0 to 10, by default 3. The Bridge retries
         * after 429, 503, no response or a 200 response that is not a token. It does not retry if {@code Retry-After}
         * is longer than three seconds.
         */
        public Builder retries(int times) {
            if (times < 0 || times > 10) {
                throw new IllegalArgumentException("retries must be from 0 to 10");
            }
            this.retries = times;
            return this;
        }

        /** Sets the time-out of one call to the Gateway: positive, by default ten seconds. */
        public Builder gatewayTimeout(Duration duration) {
            if (duration.isNegative() || duration.isZero()) {
                throw new IllegalArgumentException("gatewayTimeout must be positive");
            }
            this.gatewayTimeout = duration;
            return this;
        }

        /**
         * Sets the client that sends requests to providers. The client must not follow redirects, because it would send
         * the credential to the new host.
         *
         * @throws IllegalArgumentException if the client follows redirects
         */
        public Builder httpClient(HttpClient client) {
            if (client.followRedirects() != HttpClient.Redirect.NEVER) {
                throw new IllegalArgumentException(
                        "httpClient must not follow redirects, because it would send the credential to the new host."
                                + " Set followRedirects(Redirect.NEVER).");
            }
            this.http = client;
            return this;
        }

        /** Sets the clock for the time in signatures; by default the system's clock. */
        public Builder clock(Clock given) {
            this.clock = given;
            return this;
        }

        public Bridge build() {
            return new Bridge(this);
        }

        @Override
        public String toString() {
            return "Bridge.Builder[" + gatewayUrl + "]";
        }
    }
}
