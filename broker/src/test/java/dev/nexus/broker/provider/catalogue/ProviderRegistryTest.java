package dev.nexus.broker.provider.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.broker.provider.ListProviders;
import dev.nexus.broker.provider.ShowProvider;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.runtime.ApiException;
import dev.nexus.testsupport.Promise;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
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

/** The providers that a tenant can see, one by one and in pages. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class ProviderRegistryTest {

    @Inject
    ListProviders list;

    @Inject
    ShowProvider show;

    @Inject
    Pool pool;

    @Inject
    Registry registry;

    @Test
    void schema_and_strategy_keep_their_bytes() {
        CatalogueEntry entry = Registry.entry(1, Registry.SCHEMA);
        registry.apply(List.of(entry));

        String byId = show.run("acme", entry.id().toString())
                .await()
                .atMost(Registry.LIMIT)
                .json();
        String bySlug =
                show.run("acme", entry.slug()).await().atMost(Registry.LIMIT).json();
        String all = registry.all("acme");

        assertThat(byId)
                .isEqualTo("{\"id\":\"" + entry.id() + "\",\"slug\":\"" + entry.slug()
                        + "\",\"name\":\"Revision 1\",\"auth_type\":\"api_key\",\"credential_schema\":"
                        + Registry.SCHEMA
                        + ",\"schema_version\":1,\"strategy\":" + Registry.STRATEGY + ",\"scope\":\"global\"}");
        assertThat(bySlug).isEqualTo(byId);
        assertThat(all).startsWith("{\"providers\":[{").contains(byId);
    }

    @Test
    void a_page_has_schemas_only_if_they_are_requested() {
        String page = list.run(Registry.caller("acme"), new ListProviders.Query("50", null, null))
                .await()
                .atMost(Registry.LIMIT);

        assertThat(page).doesNotContain("credential_schema").contains("\"strategy\":");
        assertThat(registry.all("acme")).contains("credential_schema");
    }

    @Test
    void a_gateway_of_the_previous_release_receives_schemas() {
        String all = list.run(Registry.caller("acme"), new ListProviders.Query(null, null, null))
                .await()
                .atMost(Registry.LIMIT);

        assertThat(all).contains("credential_schema", "\"slug\":\"github\"");
    }

    @Test
    void pages_contain_each_provider_once_and_the_tenants_own_before_the_global_one() throws Exception {
        CatalogueEntry global = Registry.entry(1, Registry.SCHEMA);
        registry.apply(List.of(global));
        String tenant = "paging-" + UUID.randomUUID();
        UUID own = registry.tenantProvider(tenant, global.slug());

        List<String> ids = new ArrayList<>();
        String cursor = null;
        do {
            String page = list.run(Registry.caller(tenant), new ListProviders.Query("1", cursor, null))
                    .await()
                    .atMost(Registry.LIMIT);
            new ObjectMapper()
                    .readTree(page)
                    .path("providers")
                    .forEach(one -> ids.add(one.path("id").asText()));
            cursor = Registry.next(page);
        } while (cursor != null);

        assertThat(ids).doesNotHaveDuplicates().contains(own.toString());
        assertThat(ids.indexOf(global.id().toString())).isEqualTo(ids.indexOf(own.toString()) + 1);
    }

    @Test
    void a_tenant_with_many_large_providers_can_list_them() {
        String tenant = "many-" + UUID.randomUUID();
        registry.tenantProvider(tenant, "many-0");
        pool.preparedQuery("""
                        with first as (
                            select p.*, v.strategy from provider p join provider_version v on v.provider_id = p.id
                            where p.tenant = $1
                        ), new_provider as (
                            insert into provider (id, tenant, slug, name, auth_type, schema_version)
                            select gen_random_uuid(), $1, 'many-' || n, 'Many', auth_type, 1
                            from first, generate_series(1, 250) n returning id
                        )
                        insert into provider_version (provider_id, version, credential_schema, strategy)
                        select new_provider.id, 1, '{"description":"' || (select string_agg(md5(n::text || new_provider.id), '')
                                                                   from generate_series(1, 930) n) || '"}', strategy
                        from new_provider, first
                        """).execute(Tuple.of(tenant)).await().atMost(Duration.ofMinutes(1));

        String page = list.run(Registry.caller(tenant), new ListProviders.Query("200", null, null))
                .await()
                .atMost(Registry.LIMIT);
        String withSchemas = list.run(Registry.caller(tenant), new ListProviders.Query("50", null, "schema"))
                .await()
                .atMost(Registry.LIMIT);

        assertThat(page.length()).isLessThan(150_000);
        assertThat(Registry.next(page)).isNotNull();
        assertThat(Registry.next(withSchemas)).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({"0,,", "201,,", "51,,schema", "x,,", "50,%%%,", "50,IDsgZHJvcA,", "50,,all"})
    void the_error_names_the_invalid_parameter(
            @Nullable String limit, @Nullable String cursor, @Nullable String expand) {
        assertThatThrownBy(() -> list.run(Registry.caller("acme"), new ListProviders.Query(limit, cursor, expand)))
                .isInstanceOf(ApiException.class)
                .hasMessageMatching("The parameter (limit|cursor|expand) .*");
    }

    @Test
    @Promise(19)
    void a_slug_finds_the_tenants_own_provider_first_and_never_that_of_another_tenant() throws Exception {
        CatalogueEntry global = Registry.entry(1, Registry.SCHEMA);
        registry.apply(List.of(global));
        UUID own = registry.tenantProvider("acme", global.slug());

        assertThat(registry.shown("acme", global.slug()).get("id").textValue()).isEqualTo(own.toString());
        assertThat(registry.shown("acme", global.slug()).get("scope").textValue())
                .isEqualTo("tenant");
        assertThat(registry.shown("other", global.slug()).get("id").textValue())
                .isEqualTo(global.id().toString());
        assertThat(registry.all("acme")).contains(own.toString(), global.id().toString());
        assertThat(registry.all("other")).doesNotContain(own.toString());
        assertThat(registry.notFound("other", own.toString()))
                .isEqualTo(registry.notFound("other", UUID.randomUUID().toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "unknown", "Not A Slug", "1-2-3-4-5", "%00", "\u0000", "' or 1=1"})
    void each_unknown_provider_gets_the_same_error(String name) {
        assertThat(registry.notFound("acme", name))
                .isEqualTo(registry.notFound("acme", UUID.randomUUID().toString()));
    }
}
