package dev.nexus.gateway.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.nexus.contracts.PresentedField;
import dev.nexus.contracts.PresentedState;
import dev.nexus.contracts.StateReference;
import dev.nexus.gateway.broker.Broker;
import dev.nexus.gateway.broker.BrokerAnswer;
import dev.nexus.runtime.Sha256;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Calls the Broker for a browser, which has a state instead of an API key. A flow from link to redirect takes two calls
 * if the same replica serves it.
 */
@ApplicationScoped
class StateClient {

    private final Broker broker;
    private final PresentedStates presentedStates = new PresentedStates(Ticker.systemTicker());
    private final ObjectMapper json;

    StateClient(Broker broker, ObjectMapper json) {
        this.broker = broker;
        this.json = json;
    }

    /** Returns the credential schema of a valid state. */
    Uni<BrokerAnswer<byte[]>> schema(StateReference state) {
        return broker.callWithState(api -> api.captureSchema(state));
    }

    /**
     * Returns the description of {@code state}, even if the state can no longer be redeemed. Fails with invalid_state
     * if the state's signature is invalid.
     */
    Uni<PresentedState> describe(String state) {
        StateReference reference = new StateReference(state);
        return broker.callWithState(api -> api.presentedState(reference)).map(StateClient::presented);
    }

    /** Like {@link #describe}, for a link. Caches the answer for the page that follows. */
    Uni<PresentedState> describeForLink(String state) {
        return describe(state).invoke(presented -> presentedStates.putForPage(state, presented));
    }

    /**
     * Like {@link #describe}, for a page. Needs no call for the first page after its link, if this replica has served
     * the link in the last ten seconds.
     */
    Uni<PresentedState> describeForPage(String state) {
        return presentedStates
                .forPage(state)
                .map(Uni.createFrom()::item)
                .orElseGet(() -> describe(state).invoke(presented -> presentedStates.putForForm(state, presented)));
    }

    /**
     * Like {@link #describe}, for a submitted form. Needs no call if this replica has described the state in the last
     * 15 minutes, for its link or its page.
     */
    Uni<PresentedState> describeForForm(String state) {
        return presentedStates.forForm(state).map(Uni.createFrom()::item).orElseGet(() -> describe(state));
    }

    private static PresentedState presented(BrokerAnswer<PresentedState> answer) {
        PresentedState presented = answer.body();
        if (presented == null
                || presented.connectionId() == null
                || presented.tenant() == null
                || presented.providerName() == null
                || presented.credentialSchema() == null
                || presented.redirectUrl() == null) {
            throw BrokerAnswer.unreadable("presented-state: a required member is missing");
        }
        return presented;
    }

    /** Captures {@code credentials}, the body {@code {state, credentials}}. */
    Uni<Captured> capture(String state, byte[] credentials) {
        presentedStates.remove(state);
        return broker.callWithStateAndVerification(api -> api.captureCredential(credentials))
                .map(this::captured);
    }

    /**
     * A connection that has become active. {@code toString} omits both components, because a return URL may contain a
     * secret of the application.
     *
     * @param redirectUrl the return URL with the outcome, as the Broker wrote it
     * @param body the Broker's JSON
     */
    record Captured(String redirectUrl, Buffer body) {

        @Override
        public String toString() {
            return "Captured[***]";
        }
    }

    private Captured captured(BrokerAnswer<byte[]> answer) {
        byte[] body = answer.body();
        if (body == null) {
            throw BrokerAnswer.unreadable("capture-credential: the body is missing");
        }
        try {
            JsonNode url = json.readTree(body).path("redirect_url");
            if (url.isTextual()) {
                return new Captured(url.textValue(), Buffer.buffer(body));
            }
        } catch (IOException malformed) {
            throw BrokerAnswer.unreadable("capture-credential: redirect_url is missing");
        }
        throw BrokerAnswer.unreadable("capture-credential: redirect_url is missing");
    }

    /**
     * Caches the Broker's descriptions of valid states, so that the page and its form need no further call. The keys
     * are SHA-256 digests of whole states, so an entry is found only with its state. Each replica has its own cache. A
     * request that reaches another replica calls the Broker again. The Broker decides about each capture in any case.
     */
    static final class PresentedStates {

        /**
         * A browser follows the link's redirect immediately. For a later page, the Broker is called, because the state
         * may have become invalid.
         */
        private static final Duration LINK_TO_PAGE = Duration.ofSeconds(10);

        private static final Duration PAGE_TO_FORM = Duration.ofMinutes(15);

        /** The size limit of each of the two caches, in characters. */
        private static final long MAX_WEIGHT = 4 * 1024 * 1024;

        /** The weight of an entry and of a field, in addition to their texts. */
        private static final int ENTRY = 1_024;

        private static final int FIELD = 128;

        private final Ticker ticker;
        private final Cache<String, Entry> forPages;
        private final Cache<String, Entry> forForms;

        PresentedStates(Ticker ticker) {
            this.ticker = ticker;
            this.forPages = cache(LINK_TO_PAGE);
            this.forForms = cache(PAGE_TO_FORM);
        }

        /** Creates a cache whose entries expire after {@code longest}, and with their state at the latest. */
        private Cache<String, Entry> cache(Duration longest) {
            return Caffeine.newBuilder()
                    .ticker(ticker)
                    .executor(Runnable::run)
                    .expireAfter(Expiry.<String, Entry>writing((key, entry) ->
                            Duration.ofSeconds(Math.min(longest.toSeconds(), entry.presented.expiresIn()))))
                    .<String, Entry>weigher((key, entry) -> entry.weight())
                    .maximumWeight(MAX_WEIGHT)
                    .build();
        }

        /** @param at the ticker's nanoseconds when the Broker answered */
        private record Entry(PresentedState presented, long at) {

            int weight() {
                Map<String, PresentedField> fields = presented.fields();
                int hints = fields == null
                        ? 0
                        : fields.entrySet().stream()
                                .mapToInt(field -> field.getKey().length() + weight(field.getValue()))
                                .sum();
                return ENTRY
                        + presented.credentialSchema().length()
                        + presented.redirectUrl().length()
                        + hints;
            }

            private static int weight(PresentedField field) {
                return FIELD + length(field.title()) + length(field.help()) + length(field.link());
            }

            private static int length(@Nullable String text) {
                return text == null ? 0 : text.length();
            }
        }

        /** Keeps the answer to a link, for its page and its form. */
        void putForPage(String state, PresentedState presented) {
            put(forPages, state, presented);
            put(forForms, state, presented);
        }

        /** Keeps the answer to a page, for its form. */
        void putForForm(String state, PresentedState presented) {
            put(forForms, state, presented);
        }

        private void put(Cache<String, Entry> cache, String state, PresentedState presented) {
            if (presented.error() == null) {
                cache.put(Sha256.hex(state), new Entry(presented, ticker.read()));
            } else {
                remove(state);
            }
        }

        void remove(String state) {
            forPages.invalidate(Sha256.hex(state));
            forForms.invalidate(Sha256.hex(state));
        }

        /**
         * Returns the description for the page that follows its link, and removes it: a reloaded page must show whether
         * the state is still valid.
         */
        Optional<PresentedState> forPage(String state) {
            return Optional.ofNullable(forPages.asMap().remove(Sha256.hex(state)))
                    .map(this::now);
        }

        /**
         * Returns the description for a submitted form, so that the Gateway reads the form with the fields that its
         * page showed.
         */
        Optional<PresentedState> forForm(String state) {
            return Optional.ofNullable(forForms.getIfPresent(Sha256.hex(state))).map(this::now);
        }

        /** Rounds the time left down, so that no page shows more time than is left. */
        private PresentedState now(Entry entry) {
            PresentedState known = entry.presented();
            long passed =
                    Duration.ofNanos(ticker.read() - entry.at()).plusMillis(999).toSeconds();
            return new PresentedState(
                    known.connectionId(),
                    known.tenant(),
                    known.providerName(),
                    known.documentationUrl(),
                    known.displayName(),
                    known.credentialSchema(),
                    known.language(),
                    known.fields(),
                    Math.max(0, known.expiresIn() - passed),
                    known.redirectUrl(),
                    null);
        }
    }
}
