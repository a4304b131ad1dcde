package dev.nexus.broker.provider.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.provider.ListProviders;
import dev.nexus.broker.provider.ShowProvider;
import dev.nexus.broker.provider.definition.ProviderDefinition;
import dev.nexus.broker.testing.EmbeddedPostgresResource;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(EmbeddedPostgresResource.class)
class ProviderRegistryTest {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String STRATEGY =
            "{\"type\":\"header\",\"config\":{\"header_name\":\"Authorization\",\"credential_field\":\"api_key\",\"value_prefix\":\"\"}}";
    private static final String SCHEMA = "{ \"type\": \"object\",\n  \"properties\": {\"b\": {}, \"a\": {}} }";
    private static final String OTHER_SCHEMA = "{\"type\":\"object\",\"required\":[\"a\"]}";

    @Inject
    ApplyCatalogue catalogue;

    @Inject
    CatalogueLoader loader;

    @Inject
    ListProviders list;

    @Inject
    ShowProvider show;

    @Inject
    Pool pool;

    @Test
    void theCatalogueIsThereOnceTheBrokerHasStarted() throws Exception {
        JsonNode apiKey = shown("acme", "api-key");

        assertThat(apiKey.get("id").textValue()).isEqualTo("9fbc3f6a-c496-400d-89e5-709a88830900");
        assertThat(apiKey.get("scope").textValue()).isEqualTo("global");
        assertThat(apiKey.has("base_url") || apiKey.has("allowed_hosts")).isFalse();
        assertThat(shown("acme", "github").get("allowed_hosts").toString()).isEqualTo("[\"api.github.com\"]");
    }

    @Test
    void applyingTheSameAgainWritesNothing() {
        String before = snapshot();

        apply(loader.load());

        assertThat(snapshot()).isEqualTo(before);
    }

    @Test
    void changedContentUnderAHigherRevisionIsANewVersionAndTheOldOneStays() {
        CatalogueEntry first = entry(1, SCHEMA);
        apply(List.of(first));
        UUID connection = connection(first.id());

        apply(List.of(changed(first, 2, OTHER_SCHEMA)));

        assertThat(versions(first.id())).containsExactly(SCHEMA, OTHER_SCHEMA);
        assertThat(integer("select schema_version from provider where id = $1", first.id()))
                .isEqualTo(2);
        assertThat(integer("select schema_version from connection where id = $1", connection))
                .isEqualTo(1);
    }

    @Test
    void aHigherRevisionOfTheSameContentIsNoNewVersion() throws Exception {
        CatalogueEntry first = entry(1, SCHEMA);
        apply(List.of(first));

        apply(List.of(changed(first, 2, SCHEMA)));

        assertThat(versions(first.id())).containsExactly(SCHEMA);
        assertThat(shown("acme", first.slug()).get("name").textValue()).isEqualTo("Revision 2");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aLowerOrTheSameRevisionChangesNothing(int revision) {
        CatalogueEntry second = entry(2, SCHEMA);
        apply(List.of(second));
        String before = snapshot();

        apply(List.of(changed(second, revision, OTHER_SCHEMA)));

        assertThat(snapshot()).isEqualTo(before);
    }

    @Test
    void replicasThatStartTogetherApplyItOnce() {
        CatalogueEntry first = entry(1, SCHEMA);
        CatalogueEntry second = changed(first, 2, OTHER_SCHEMA);
        List<Uni<Void>> replicas = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            replicas.add(catalogue.apply(List.of(first)));
            replicas.add(catalogue.apply(List.of(second)));
        }

        Uni.join().all(replicas).andFailFast().await().atMost(LIMIT);

        assertThat(integer("select catalogue_revision from provider where id = $1", first.id()))
                .isEqualTo(2);
        assertThat(versions(first.id())).endsWith(OTHER_SCHEMA).doesNotHaveDuplicates();
    }

    @Test
    void oneEntryThatFailsLeavesAllAsTheyWere() {
        CatalogueEntry good = entry(1, SCHEMA);
        UUID tenants = tenantProvider("acme", "own-" + good.slug());
        CatalogueEntry taken =
                new CatalogueEntry("taken.yaml", tenants, 1, "acme", "x-" + good.slug(), definition("X", SCHEMA));

        assertThatThrownBy(() -> apply(List.of(good, taken)))
                .isInstanceOf(CatalogueException.class)
                .hasMessage("catalogue file taken.yaml: /id: belongs to a provider that an administrator has made");

        assertThat(versions(good.id())).isEmpty();
    }

    @Test
    void schemaAndStrategyAreShownByteForByte() {
        CatalogueEntry entry = entry(1, SCHEMA);
        apply(List.of(entry));

        String byId =
                show.run("acme", entry.id().toString()).await().atMost(LIMIT).json();
        String bySlug = show.run("acme", entry.slug()).await().atMost(LIMIT).json();
        String all = all("acme");

        assertThat(byId)
                .isEqualTo("{\"id\":\"" + entry.id() + "\",\"slug\":\"" + entry.slug()
                        + "\",\"name\":\"Revision 1\",\"auth_type\":\"api_key\",\"credential_schema\":" + SCHEMA
                        + ",\"schema_version\":1,\"strategy\":" + STRATEGY + ",\"scope\":\"global\"}");
        assertThat(bySlug).isEqualTo(byId);
        assertThat(all).startsWith("{\"providers\":[{").contains(byId);
    }

    private static Caller caller(String tenant) {
        return new Caller(tenant, "k", "r");
    }

    /** Every page of the list, with schemas, one after the other. */
    private String all(String tenant) {
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

    private static @Nullable String next(String page) {
        try {
            return new ObjectMapper().readTree(page).path("next_cursor").textValue();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aPageHoldsNoSchemasUnlessTheyAreAskedFor() {
        String page = list.run(caller("acme"), new ListProviders.Query("50", null, null))
                .await()
                .atMost(LIMIT);

        assertThat(page).doesNotContain("credential_schema").contains("\"strategy\":");
        assertThat(all("acme")).contains("credential_schema");
    }

    @Test
    void aGatewayOfThePreviousReleaseIsAnsweredWithSchemas() {
        String all = list.run(caller("acme"), new ListProviders.Query(null, null, null))
                .await()
                .atMost(LIMIT);

        assertThat(all).contains("credential_schema", "\"slug\":\"github\"");
    }

    @Test
    void pagesHoldEveryProviderOnceTheTenantsOwnBeforeTheGlobalOneOfItsSlug() throws Exception {
        CatalogueEntry global = entry(1, SCHEMA);
        apply(List.of(global));
        String tenant = "paging-" + UUID.randomUUID();
        UUID own = tenantProvider(tenant, global.slug());

        List<String> ids = new ArrayList<>();
        String cursor = null;
        do {
            String page = list.run(caller(tenant), new ListProviders.Query("1", cursor, null))
                    .await()
                    .atMost(LIMIT);
            new ObjectMapper()
                    .readTree(page)
                    .path("providers")
                    .forEach(one -> ids.add(one.path("id").asText()));
            cursor = next(page);
        } while (cursor != null);

        assertThat(ids).doesNotHaveDuplicates().contains(own.toString());
        assertThat(ids.indexOf(global.id().toString())).isEqualTo(ids.indexOf(own.toString()) + 1);
    }

    @Test
    void aTenantWithManyLargeProvidersListsThem() {
        String tenant = "many-" + UUID.randomUUID();
        tenantProvider(tenant, "many-0");
        pool.preparedQuery("""
                        with first as (
                            select p.*, v.strategy from provider p join provider_version v on v.provider_id = p.id
                            where p.tenant = $1
                        ), made as (
                            insert into provider (id, tenant, slug, name, auth_type, schema_version)
                            select gen_random_uuid(), $1, 'many-' || n, 'Many', auth_type, 1
                            from first, generate_series(1, 250) n returning id
                        )
                        insert into provider_version (provider_id, version, credential_schema, strategy)
                        select made.id, 1, '{"description":"' || (select string_agg(md5(n::text || made.id), '')
                                                                   from generate_series(1, 930) n) || '"}', strategy
                        from made, first
                        """).execute(Tuple.of(tenant)).await().atMost(Duration.ofMinutes(1));

        String page = list.run(caller(tenant), new ListProviders.Query("200", null, null))
                .await()
                .atMost(LIMIT);
        String withSchemas = list.run(caller(tenant), new ListProviders.Query("50", null, "schema"))
                .await()
                .atMost(LIMIT);

        assertThat(page.length()).isLessThan(150_000);
        assertThat(next(page)).isNotNull();
        assertThat(next(withSchemas)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"0,,", "201,,", "51,,schema", "x,,", "50,%%%,", "50,IDsgZHJvcA,", "50,,all"})
    void aParameterThatBreaksItsRuleIsNamed(@Nullable String limit, @Nullable String cursor, @Nullable String expand) {
        assertThatThrownBy(() -> list.run(caller("acme"), new ListProviders.Query(limit, cursor, expand)))
                .isInstanceOf(ApiException.class)
                .hasMessageMatching("The parameter (limit|cursor|expand) .*");
    }

    @Test
    void aSlugMeansTheTenantsOwnFirstAndNoOtherTenantsEver() throws Exception {
        CatalogueEntry global = entry(1, SCHEMA);
        apply(List.of(global));
        UUID own = tenantProvider("acme", global.slug());

        assertThat(shown("acme", global.slug()).get("id").textValue()).isEqualTo(own.toString());
        assertThat(shown("acme", global.slug()).get("scope").textValue()).isEqualTo("tenant");
        assertThat(shown("other", global.slug()).get("id").textValue())
                .isEqualTo(global.id().toString());
        assertThat(all("acme")).contains(own.toString(), global.id().toString());
        assertThat(all("other")).doesNotContain(own.toString());
        assertThat(notFound("other", own.toString()))
                .isEqualTo(notFound("other", UUID.randomUUID().toString()));
    }

    @Test
    void anEntryOfATenantsFolderIsThatTenantsOwnAndRisesByItsRevision() throws Exception {
        CatalogueEntry first = entry(1, SCHEMA);
        CatalogueEntry own =
                new CatalogueEntry(first.file(), first.id(), 1, "acme", first.slug(), definition("Own", SCHEMA));
        apply(List.of(own));
        apply(List.of(new CatalogueEntry(
                first.file(), first.id(), 2, "acme", first.slug(), definition("Own, risen", OTHER_SCHEMA))));

        assertThat(shown("acme", first.slug()).get("name").textValue()).isEqualTo("Own, risen");
        assertThat(shown("acme", first.slug()).get("scope").textValue()).isEqualTo("tenant");
        assertThat(notFound("other", first.slug()))
                .isEqualTo(notFound("other", UUID.randomUUID().toString()));
        assertThatThrownBy(() -> apply(List.of(changed(first, 3, SCHEMA))))
                .isInstanceOf(CatalogueException.class)
                .hasMessageContaining("/id: belongs to another tenant's provider");
    }

    @Test
    void aSlugThatAnAdministratorHasTakenIsToldByTheFile() {
        CatalogueEntry first = entry(1, SCHEMA);
        tenantProvider("acme", first.slug());

        assertThatThrownBy(() -> apply(List.of(new CatalogueEntry(
                        first.file(), first.id(), 1, "acme", first.slug(), definition("Own", SCHEMA)))))
                .isInstanceOf(CatalogueException.class)
                .hasMessage("catalogue file test.yaml: /slug: is taken by another provider in the registry");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "unknown", "Not A Slug", "1-2-3-4-5", "%00", "\u0000", "' or 1=1"})
    void whatNamesNoProviderIsOneAndTheSameAnswer(String name) {
        assertThat(notFound("acme", name))
                .isEqualTo(notFound("acme", UUID.randomUUID().toString()));
    }

    private String notFound(String tenant, String name) {
        ApiException refused = catchThrowableOfType(
                ApiException.class, () -> show.run(tenant, name).await().atMost(LIMIT));
        assertThat(refused.code()).isEqualTo(ErrorCode.PROVIDER_NOT_FOUND);
        return refused.body().toString();
    }

    private JsonNode shown(String tenant, String name) throws Exception {
        return new ObjectMapper()
                .readTree(show.run(tenant, name).await().atMost(LIMIT).json());
    }

    private void apply(List<CatalogueEntry> entries) {
        catalogue.apply(entries).await().atMost(LIMIT);
    }

    private static CatalogueEntry entry(int revision, String schema) {
        UUID id = UUID.randomUUID();
        return new CatalogueEntry(
                "test.yaml",
                id,
                revision,
                null,
                "p" + id.toString().substring(0, 8),
                definition("Revision " + revision, schema));
    }

    private static CatalogueEntry changed(CatalogueEntry entry, int revision, String schema) {
        return new CatalogueEntry(
                entry.file(), entry.id(), revision, null, entry.slug(), definition("Revision " + revision, schema));
    }

    private static ProviderDefinition definition(String name, String schema) {
        return new ProviderDefinition(name, "api_key", schema, STRATEGY, null, null, null, null, null);
    }

    private UUID tenantProvider(String tenant, String slug) {
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

    private UUID connection(UUID provider) {
        UUID id = UUID.randomUUID();
        rows(
                "insert into connection (id, tenant, workspace_id, provider_id, schema_version, return_url, status,"
                        + " created_at, expires_at) values ($1, 'acme', 'w', $2, 1, 'https://example.org', 'pending',"
                        + " now(), now())",
                Tuple.of(id, provider));
        return id;
    }

    private List<String> versions(UUID provider) {
        return rows(
                        "select credential_schema from provider_version where provider_id = $1 order by version",
                        Tuple.of(provider))
                .stream()
                .map(row -> row.getString(0))
                .toList();
    }

    private int integer(String sql, UUID id) {
        return rows(sql, Tuple.of(id)).get(0).getInteger(0);
    }

    /** Every row with the transaction that wrote it, so that a write without a change shows too. */
    private String snapshot() {
        return rows(
                        "select (select string_agg(p.xmin || p::text, ';' order by p.id) from provider p) || '|' ||"
                                + " (select string_agg(v.xmin || v::text, ';' order by v.provider_id, v.version)"
                                + " from provider_version v)",
                        Tuple.tuple())
                .get(0)
                .getString(0);
    }

    private List<Row> rows(String sql, Tuple parameters) {
        List<Row> rows = new ArrayList<>();
        pool.preparedQuery(sql).execute(parameters).await().atMost(LIMIT).forEach(rows::add);
        return rows;
    }
}
