package dev.nexus.broker.provider;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.http.ListShare;
import dev.nexus.broker.http.Parameters;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists the providers that a tenant can use: its own and the global ones. Returns pages sorted by slug. Runs one
 * statement.
 */
@ApplicationScoped
public class ListProviders {

    /** The value of {@code expand} that adds the credential schemas and the texts of the hosted page. */
    private static final String SCHEMA = "schema";

    /** A schema has at most 32,768 characters, so the schemas of a page have at most 1.6 million. */
    private static final int MAX_LIMIT_WITH_SCHEMA = 50;

    /**
     * The page size for a Gateway of the previous release. That Gateway sends no limit, and reads one page with
     * schemas. This page must be large enough for the whole catalogue. This release's Gateway always sends a limit.
     */
    private static final int LIMIT_OF_PREVIOUS_GATEWAY = 200;

    private final ProviderRepository providers;
    private final ListShare share;

    ListProviders(ProviderRepository providers, ListShare share) {
        this.providers = providers;
        this.share = share;
    }

    /**
     * The query parameters as received, or null if they are absent. Without {@code limit}, {@code expand} is ignored.
     */
    public record Query(
            @Nullable String limit,
            @Nullable String cursor,
            @Nullable String expand) {}

    /**
     * Returns the JSON body {@code {"providers": […], "next_cursor"?}}. Fails with {@link ApiException} invalid_request
     * if a parameter is invalid, or with unavailable if too many lists are waiting.
     */
    public Uni<String> run(Caller caller, Query query) {
        if (query.limit() == null) {
            return page(caller, ProviderCursor.parse(query.cursor()), LIMIT_OF_PREVIOUS_GATEWAY, true);
        }
        boolean schemas = expand(query.expand());
        int limit = Parameters.limit(query.limit());
        if (schemas && limit > MAX_LIMIT_WITH_SCHEMA) {
            throw Parameters.invalid("limit", "must be a whole number from 1 to 50 with expand=schema");
        }
        return page(caller, ProviderCursor.parse(query.cursor()), limit, schemas);
    }

    private Uni<String> page(Caller caller, ProviderCursor after, int limit, boolean schemas) {
        return share.run(caller.tenant(), () -> providers.page(caller.tenant(), after, limit + 1, schemas))
                .map(found -> body(found, limit));
    }

    private static boolean expand(@Nullable String expand) {
        if (expand != null && !expand.equals(SCHEMA)) {
            throw Parameters.invalid("expand", "must be schema");
        }
        return expand != null;
    }

    private static String body(List<ListedProvider> found, int limit) {
        if (found.size() <= limit) {
            return ProviderJson.list(found, null);
        }
        ListedProvider last = found.get(limit - 1);
        return ProviderJson.list(found.subList(0, limit), new ProviderCursor(last.slug(), last.global()).encode());
    }
}
