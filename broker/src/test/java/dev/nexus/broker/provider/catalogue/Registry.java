package dev.nexus.broker.provider.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.provider.ListProviders;
import dev.nexus.broker.provider.ShowProvider;
import dev.nexus.broker.provider.definition.ProviderDefinition;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Changes and reads the provider registry for tests. */
@ApplicationScoped
class Registry {

    static final Duration LIMIT = Duration.ofSeconds(20);
    static final String STRATEGY =
            "{\"type\":\"header\",\"config\":{\"header_name\":\"Authorization\",\"credential_field\":\"api_key\",\"value_prefix\":\"\"}}";
    static final String SCHEMA = "{ \"type\": \"object\",\n  \"properties\": {\"b\": {}, \"a\": {}} }";
    static final String OTHER_SCHEMA = "{\"type\":\"object\",\"required\":[\"a\"]}";

    private final ApplyCatalogue catalogue;
    private final ListProviders list;
    private final ShowProvider show;
    private final Pool pool;

    Registry(ApplyCatalogue catalogue, ListProviders list, ShowProvider show, Pool pool) {
        this.catalogue = catalogue;
        this.list = list;
        this.show = show;
        this.pool = pool;
    }

    static Caller caller(String tenant) {
        return new Caller(tenant, "k", "r");
    }

    static @Nullable String next(String page) {
        try {
            return new ObjectMapper().readTree(page).path("next_cursor").textValue();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    static CatalogueEntry entry(int revision, String schema) {
        UUID id = UUID.randomUUID();
        return new CatalogueEntry(
                "test.yaml",
                id,
                revision,
                null,
                "p" + id.toString().substring(0, 8),
                definition("Revision " + revision, schema));
    }

    static CatalogueEntry changed(CatalogueEntry entry, int revision, String schema) {
        return new CatalogueEntry(
                entry.file(), entry.id(), revision, null, entry.slug(), definition("Revision " + revision, schema));
    }

    static ProviderDefinition definition(String name, String schema) {
        return new ProviderDefinition(name, "api_key", schema, STRATEGY, null, null, null, null, null);
    }

    /** All pages of the list with schemas, concatenated. */
    String all(String tenant) {
        StringBuilder pages = new StringBuilder();
        String cursor = null;
        do {
            String page = list.run(caller(tenant), new ListProviders.Query("50", cursor, "schema"))
                    .await()
                    .atMost(LIMIT);
            pages.append(page);
            cursor = next(page);
        } while (cursor != null);
        return pages.toString();
    }

    String notFound(String tenant, String name) {
        ApiException refused = catchThrowableOfType(
                ApiException.class, () -> show.run(tenant, name).await().atMost(LIMIT));
        assertThat(refused.code()).isEqualTo(ErrorCode.PROVIDER_NOT_FOUND);
        return refused.body().toString();
    }

    JsonNode shown(String tenant, String name) throws Exception {
        return new ObjectMapper()
                .readTree(show.run(tenant, name).await().atMost(LIMIT).json());
    }

    void apply(List<CatalogueEntry> entries) {
        catalogue.apply(entries).await().atMost(LIMIT);
    }

    UUID tenantProvider(String tenant, String slug) {
        UUID id = UUID.randomUUID();
        pool.withTransaction(connection -> connection
                        .preparedQuery("insert into provider (id, tenant, slug, name, auth_type, schema_version)"
                                + " values ($1, $2, $3, 'Own', 'api_key', 1)")
                        .execute(Tuple.of(id, tenant, slug))
                        .chain(() -> connection
                                .preparedQuery("insert into provider_version (provider_id, version, credential_schema,"
                                        + " strategy) values ($1, 1, $2, $3)")
                                .execute(Tuple.of(id, SCHEMA, STRATEGY))))
                .await()
                .atMost(LIMIT);
        return id;
    }

    UUID connection(UUID provider) {
        UUID id = UUID.randomUUID();
        rows(
                "insert into connection (id, tenant, workspace_id, provider_id, schema_version, return_url, status,"
                        + " created_at, expires_at) values ($1, 'acme', 'w', $2, 1, 'https://example.org', 'pending',"
                        + " now(), now())",
                Tuple.of(id, provider));
        return id;
    }

    List<String> versions(UUID provider) {
        return rows(
                        "select credential_schema from provider_version where provider_id = $1 order by version",
                        Tuple.of(provider))
                .stream()
                .map(row -> row.getString(0))
                .toList();
    }

    int integer(String sql, UUID id) {
        return rows(sql, Tuple.of(id)).get(0).getInteger(0);
    }

    /** All rows, each with the transaction that wrote it, so that a write without a change is visible. */
    String snapshot() {
        return rows(
                        "select (select string_agg(p.xmin || p::text, ';' order by p.id) from provider p) || '|' ||"
                                + " (select string_agg(v.xmin || v::text, ';' order by v.provider_id, v.version)"
                                + " from provider_version v)",
                        Tuple.tuple())
                .get(0)
                .getString(0);
    }

    List<Row> rows(String sql, Tuple parameters) {
        List<Row> rows = new ArrayList<>();
        pool.preparedQuery(sql).execute(parameters).await().atMost(LIMIT).forEach(rows::add);
        return rows;
    }
}
