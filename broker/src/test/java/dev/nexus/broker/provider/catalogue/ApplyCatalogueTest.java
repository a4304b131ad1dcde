package dev.nexus.broker.provider.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.HibernateStatements;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of the registry by the catalogue. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class ApplyCatalogueTest {

    @Inject
    ApplyCatalogue catalogue;

    @Inject
    CatalogueLoader loader;

    @Inject
    Registry registry;

    @Test
    void the_catalogue_is_applied_at_startup() throws Exception {
        JsonNode apiKey = registry.shown("acme", "api-key");

        assertThat(apiKey.get("id").textValue()).isEqualTo("9fbc3f6a-c496-400d-89e5-709a88830900");
        assertThat(apiKey.get("scope").textValue()).isEqualTo("global");
        assertThat(apiKey.has("base_url") || apiKey.has("allowed_hosts")).isFalse();
        assertThat(registry.shown("acme", "github").get("allowed_hosts").toString())
                .isEqualTo("[\"api.github.com\"]");
    }

    @Test
    void applying_the_same_catalogue_again_writes_nothing() {
        String before = registry.snapshot();

        registry.apply(loader.load());

        assertThat(registry.snapshot()).isEqualTo(before);
    }

    @Test
    void an_unchanged_catalogue_takes_three_statements() {
        List<CatalogueEntry> entries = loader.load();

        List<String> sent;
        try (HibernateStatements statements = HibernateStatements.open()) {
            registry.apply(entries);
            sent = statements.all();
        }

        assertThat(entries).hasSizeGreaterThan(50);
        assertThat(sent).as("the lock, the providers, their versions").hasSize(3);
    }

    @Test
    void changed_content_with_a_higher_revision_creates_a_version_and_keeps_the_old_one() {
        CatalogueEntry first = Registry.entry(1, Registry.SCHEMA);
        registry.apply(List.of(first));
        UUID connection = registry.connection(first.id());

        registry.apply(List.of(Registry.changed(first, 2, Registry.OTHER_SCHEMA)));

        assertThat(registry.versions(first.id())).containsExactly(Registry.SCHEMA, Registry.OTHER_SCHEMA);
        assertThat(registry.integer("select schema_version from provider where id = $1", first.id()))
                .isEqualTo(2);
        assertThat(registry.integer("select schema_version from connection where id = $1", connection))
                .isEqualTo(1);
    }

    @Test
    void a_higher_revision_with_the_same_content_creates_no_version() throws Exception {
        CatalogueEntry first = Registry.entry(1, Registry.SCHEMA);
        registry.apply(List.of(first));

        registry.apply(List.of(Registry.changed(first, 2, Registry.SCHEMA)));

        assertThat(registry.versions(first.id())).containsExactly(Registry.SCHEMA);
        assertThat(registry.shown("acme", first.slug()).get("name").textValue()).isEqualTo("Revision 2");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void a_lower_or_equal_revision_changes_nothing(int revision) {
        CatalogueEntry second = Registry.entry(2, Registry.SCHEMA);
        registry.apply(List.of(second));
        String before = registry.snapshot();

        registry.apply(List.of(Registry.changed(second, revision, Registry.OTHER_SCHEMA)));

        assertThat(registry.snapshot()).isEqualTo(before);
    }

    @Test
    void replicas_that_start_together_apply_the_catalogue_once() {
        CatalogueEntry first = Registry.entry(1, Registry.SCHEMA);
        CatalogueEntry second = Registry.changed(first, 2, Registry.OTHER_SCHEMA);
        List<Uni<Void>> replicas = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            replicas.add(catalogue.apply(List.of(first)));
            replicas.add(catalogue.apply(List.of(second)));
        }

        Uni.join().all(replicas).andFailFast().await().atMost(Registry.LIMIT);

        assertThat(registry.integer("select catalogue_revision from provider where id = $1", first.id()))
                .isEqualTo(2);
        assertThat(registry.versions(first.id()))
                .endsWith(Registry.OTHER_SCHEMA)
                .doesNotHaveDuplicates();
    }

    @Test
    void if_one_entry_fails_no_entry_is_applied() {
        CatalogueEntry good = Registry.entry(1, Registry.SCHEMA);
        UUID tenants = registry.tenantProvider("acme", "own-" + good.slug());
        CatalogueEntry taken = new CatalogueEntry(
                "taken.yaml", tenants, 1, "acme", "x-" + good.slug(), Registry.definition("X", Registry.SCHEMA));

        assertThatThrownBy(() -> registry.apply(List.of(good, taken)))
                .isInstanceOf(CatalogueException.class)
                .hasMessage(
                        "catalogue file taken.yaml: /id: belongs to a provider that an administrator created. Use a new id.");

        assertThat(registry.versions(good.id())).isEmpty();
    }

    @Test
    void an_entry_in_a_tenants_folder_belongs_to_the_tenant_and_follows_its_revision() throws Exception {
        CatalogueEntry first = Registry.entry(1, Registry.SCHEMA);
        CatalogueEntry own = new CatalogueEntry(
                first.file(), first.id(), 1, "acme", first.slug(), Registry.definition("Own", Registry.SCHEMA));
        registry.apply(List.of(own));
        registry.apply(List.of(new CatalogueEntry(
                first.file(),
                first.id(),
                2,
                "acme",
                first.slug(),
                Registry.definition("Own, revision 2", Registry.OTHER_SCHEMA))));

        assertThat(registry.shown("acme", first.slug()).get("name").textValue()).isEqualTo("Own, revision 2");
        assertThat(registry.shown("acme", first.slug()).get("scope").textValue())
                .isEqualTo("tenant");
        assertThat(registry.notFound("other", first.slug()))
                .isEqualTo(registry.notFound("other", UUID.randomUUID().toString()));
        assertThatThrownBy(() -> registry.apply(List.of(Registry.changed(first, 3, Registry.SCHEMA))))
                .isInstanceOf(CatalogueException.class)
                .hasMessageContaining("/id: belongs to a provider of another tenant");
    }

    @Test
    void a_slug_of_an_administrators_provider_is_refused_with_the_name_of_the_file() {
        CatalogueEntry first = Registry.entry(1, Registry.SCHEMA);
        registry.tenantProvider("acme", first.slug());

        assertThatThrownBy(() -> registry.apply(List.of(new CatalogueEntry(
                        first.file(),
                        first.id(),
                        1,
                        "acme",
                        first.slug(),
                        Registry.definition("Own", Registry.SCHEMA)))))
                .isInstanceOf(CatalogueException.class)
                .hasMessage(
                        "catalogue file test.yaml: /slug: another provider in the registry has this slug. Choose another slug.");
    }
}
