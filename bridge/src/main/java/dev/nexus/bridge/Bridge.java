package dev.nexus.bridge;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Predicate;

/**
 * Uses the credentials that Nexus keeps for an application. One for the whole application, safe for use by several
 * threads:
 *
 * <pre>{@code
 * try (Bridge bridge = Bridge.of("https://nexus.example.com", System.getenv("NEXUS_API_KEY"))) {
 *     HttpResponse<byte[]> answer = bridge.connection(connectionId)
 *             .send(HttpRequest.newBuilder(URI.create("https://api.stripe.com/v1/balance")).build());
 * }
 * }</pre>
 *
 * <p>A credential is fetched with the first request, held in memory for a minute (see {@link Builder#holdFor}), put into
 * the request as its provider wants it, and sent to the hosts that it is for and to no others. It needs an API key of the
 * scope {@code tokens:read}.
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

    /** A Bridge with the defaults, see {@link #builder}. */
    public static Bridge of(String gatewayUrl, String apiKey) {
        return builder(gatewayUrl, apiKey).build();
    }

    /** A Bridge with the defaults, see {@link #builder}. */
    public static Bridge of(URI gatewayUrl, String apiKey) {
        return of(gatewayUrl.toString(), apiKey);
    }

    /**
     * What a Bridge is made of.
     *
     * @param gatewayUrl the Gateway's address: https, or http on a loopback host, without a path
     * @param apiKey an API key of the scope {@code tokens:read}
     * @throws IllegalArgumentException where one of them is of another form
     */
    public static Builder builder(String gatewayUrl, String apiKey) {
        return new Builder(gatewayUrl, apiKey);
    }

    /** A connection by its id, a UUID. Asks nothing yet. */
    public BridgeConnection connection(String connectionId) {
        return new BridgeConnection(connectionId, tokens, http, clock);
    }

    /** Lets go of every credential in memory. */
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
                        "gatewayUrl must be an https URL without query and user info, or http on a loopback host");
            }
            if (!apiKey.matches("[!-~]{1,512}")) {
                throw new IllegalArgumentException("apiKey must be printable ASCII without spaces");
            }
            this.gatewayUrl = url;
            this.apiKey = apiKey;
        }

        private static URI parsed(String gatewayUrl) {
            try {
                return new URI(gatewayUrl);
            } catch (URISyntaxException e) {
                // Its message quotes the address, user info included.
                throw new IllegalArgumentException("gatewayUrl must be a URL");
            }
        }

        /** How long a credential is held in memory: one minute by default, at most an hour; zero fetches each time. */
        public Builder holdFor(Duration duration) {
            if (duration.isNegative() || duration.compareTo(LONGEST_HOLD) > 0) {
                throw new IllegalArgumentException("holdFor must be from zero to one hour");
            }
            this.holdFor = duration;
            return this;
        }

        /** How many credentials are held in memory: 1,000 by default. */
        public Builder holdAtMost(int credentials) {
            if (credentials < 1) {
                throw new IllegalArgumentException("holdAtMost must be 1 or more");
            }
            this.holdAtMost = credentials;
            return this;
        }

        /**
         * Which connections may serve in the place of one that they have superseded; by default every one. Where
         * {@code accepted} refuses the successor, the superseded connection goes on serving through its grace; after that
         * its use fails with a {@link GatewayException} of the code {@code connection_not_active}.
         *
         * <p>That a connection has superseded another says nothing about who entered its credential: a user may begin a
         * rotation and send its auth_url to somebody else, whose credential would then serve in the place of the user's own.
         * So where a user can get at an auth_url, accept a successor only where the application has confirmed it at its
         * callback, in the session that began it:
         *
         * <pre>{@code
         * Bridge.builder(url, key).followSuccessors(id -> confirmedConnections.contains(id)).build();
         * }</pre>
         *
         * <p>Where one successor has a successor, each is asked about. A successor is asked about with every request, so
         * that one that is no longer accepted is no longer used.
         *
         * @param accepted is given the id of the successor; is called by several threads, must not call this Bridge, and
         *     what it throws ends the request before anything is sent
         */
        public Builder followSuccessors(Predicate<String> accepted) {
            this.acceptedSuccessors = accepted;
            return this;
        }

        /** How often the Gateway is asked again after a 503, a 429 or no answer: 3 times by default. */
        public Builder retries(int times) {
            if (times < 0 || times > 10) {
                throw new IllegalArgumentException("retries must be from 0 to 10");
            }
            this.retries = times;
            return this;
        }

        /** How long one answer of the Gateway is waited for: ten seconds by default. */
        public Builder gatewayTimeout(Duration duration) {
            if (duration.isNegative() || duration.isZero()) {
                throw new IllegalArgumentException("gatewayTimeout must be positive");
            }
            this.gatewayTimeout = duration;
            return this;
        }

        /**
         * The client that sends to providers. It must not follow redirects: the credential would go along.
         *
         * @throws IllegalArgumentException where it does
         */
        public Builder httpClient(HttpClient client) {
            if (client.followRedirects() != HttpClient.Redirect.NEVER) {
                throw new IllegalArgumentException(
                        "httpClient must not follow redirects (Redirect.NEVER): a credential would go along");
            }
            this.http = client;
            return this;
        }

        /** What time signatures bear; the system's clock by default. */
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
