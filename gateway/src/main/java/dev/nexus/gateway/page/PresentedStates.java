package dev.nexus.gateway.page;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import dev.nexus.contracts.PresentedField;
import dev.nexus.contracts.PresentedState;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A cache of what the Broker said about valid states, so that the page and its form need no call of their own. The keys are
 * SHA-256 digests of whole states: an entry is found only with the state that it describes. Each replica has a cache of its
 * own, and a step that reaches another replica asks the Broker again. The Broker decides about each capture in any case.
 */
@ApplicationScoped
class PresentedStates {

    /** A browser follows the link's redirect at once. A later page asks whether the state is still valid. */
    private static final Duration LINK_TO_PAGE = Duration.ofSeconds(10);

    private static final Duration PAGE_TO_FORM = Duration.ofMinutes(15);

    /** In characters, for each of the two caches. */
    private static final long MAX_WEIGHT = 4 * 1024 * 1024;

    /** The weight of an entry beside its texts, and of a field beside its texts. */
    private static final int ENTRY = 1_024;

    private static final int FIELD = 128;

    private final Ticker ticker;
    private final Cache<String, Entry> forPages;
    private final Cache<String, Entry> forForms;

    @Inject
    PresentedStates() {
        this(Ticker.systemTicker());
    }

    PresentedStates(Ticker ticker) {
        this.ticker = ticker;
        this.forPages = cache(LINK_TO_PAGE);
        this.forForms = cache(PAGE_TO_FORM);
    }

    /** An entry ends with its state at the latest. */
    private Cache<String, Entry> cache(Duration longest) {
        return Caffeine.newBuilder()
                .ticker(ticker)
                .executor(Runnable::run)
                .expireAfter(Expiry.<String, Entry>writing(
                        (key, entry) -> Duration.ofSeconds(Math.min(longest.toSeconds(), entry.presented.expiresIn()))))
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
            cache.put(key(state), new Entry(presented, ticker.read()));
        } else {
            remove(state);
        }
    }

    void remove(String state) {
        forPages.invalidate(key(state));
        forForms.invalidate(key(state));
    }

    /** For the page that follows its link. Only once: a reloaded page must show whether the state is still valid. */
    Optional<PresentedState> forPage(String state) {
        return Optional.ofNullable(forPages.asMap().remove(key(state))).map(this::now);
    }

    /** For the form that a page sent: its fields are those that the page showed. */
    Optional<PresentedState> forForm(String state) {
        return Optional.ofNullable(forForms.getIfPresent(key(state))).map(this::now);
    }

    /** The time left is rounded down, so that no page promises more than is left. */
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

    private static String key(String state) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(state.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
