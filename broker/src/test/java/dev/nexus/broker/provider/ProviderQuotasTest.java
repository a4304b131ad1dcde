package dev.nexus.broker.provider;

import static dev.nexus.broker.testing.Flow.await;
import static dev.nexus.broker.testing.Flow.refusal;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.provider.PutProvider.Put;
import dev.nexus.broker.provider.definition.SchemaWorkers;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.broker.testing.Quotas;
import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The quotas of providers, versions and schema bytes. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class ProviderQuotasTest {

    private static final Precondition NONE = new Precondition(null, null);
    private static final String SCHEMA =
            "{\"type\":\"object\",\"required\":[\"api_key\"],\"properties\":{\"api_key\":{\"type\":\"string\"}}}";

    @Inject
    ProviderRepository providers;

    @Inject
    UsageRepository usages;

    @Inject
    ShowProvider show;

    @Inject
    SchemaWorkers workers;

    @Inject
    DeleteProvider delete;

    @Inject
    Flow flow;

    private final Caller caller = tenant();

    private static Caller tenant() {
        return new Caller("quota-" + UUID.randomUUID(), "quotaquotaqu", "request-1");
    }

    private PutProvider with(Quotas quotas) {
        return new PutProvider(providers, show, workers, usages, quotas);
    }

    /** @param path a change of the path needs a new version */
    private static byte[] body(String name, String path) {
        return """
                {"name": "%s", "auth_type": "api_key", "credential_schema": %s, "strategy": {"type": "header"},
                 "base_url": "https://api.example.org", "verification": {"path": "%s"}}
                """.formatted(name, SCHEMA, path).getBytes(UTF_8);
    }

    private static Uni<Put> putting(PutProvider put, Caller by, String slug, String path) {
        return Uni.createFrom().deferred(() -> put.run(by, slug, NONE, body("Own", path)));
    }

    private Put put(PutProvider put, String slug, String path) {
        return await(putting(put, caller, slug, path));
    }

    private long versions() {
        return flow.count("""
                select count(*) from provider_version v join provider p on p.id = v.provider_id where p.tenant = $1
                """, caller.tenant());
    }

    private void assertRefused(Uni<?> request, String quota, long limit) {
        long before = versions();

        ApiException refused = catchThrowableOfType(ApiException.class, () -> await(request));

        assertThat(refused.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        assertThat(refused).hasMessageContaining("quota " + quota);
        assertThat(refused.body().details()).containsExactly(new Detail("", quota, "must be at most " + limit));
        assertThat(versions()).as("stored versions").isEqualTo(before);
    }

    @Test
    void a_provider_beyond_the_quota_is_refused() {
        PutProvider put = with(Quotas.LARGE.withProviders(2));
        put(put, "a", "/me");
        put(put, "b", "/me");

        assertRefused(putting(put, caller, "c", "/me"), "providers", 2);
        assertRefused(
                Uni.createFrom().deferred(() -> put.preview(caller, "c", NONE, body("Own", "/me"))), "providers", 2);
        assertThat(await(putting(put, tenant(), "c", "/me")).created())
                .as("another tenant")
                .isTrue();
        assertThat(put(put, "b", "/changed").created()).as("a change").isFalse();
    }

    @Test
    void a_deleted_provider_does_not_count() {
        PutProvider put = with(Quotas.LARGE.withProviders(1));
        put(put, "a", "/me");

        await(Uni.createFrom().deferred(() -> delete.run(caller, "a", NONE, false)));

        assertThat(put(put, "b", "/me").created()).isTrue();
    }

    @Test
    void concurrent_requests_do_not_pass_the_quota() {
        PutProvider put = with(Quotas.LARGE.withProviders(3));
        List<Uni<Boolean>> requests = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            requests.add(putting(put, caller, "p-" + i, "/me")
                    .replaceWith(true)
                    .onFailure(ApiException.class)
                    .recoverWithItem(false));
        }

        List<Boolean> created = await(Uni.join().all(requests).andFailFast());

        assertThat(created).filteredOn(one -> one).hasSize(3);
        assertThat(versions()).isEqualTo(3);
    }

    @Test
    void a_version_beyond_the_quota_is_refused() {
        PutProvider put = with(Quotas.LARGE.withVersions(2));
        put(put, "a", "/1");
        put(put, "a", "/2");

        assertRefused(putting(put, caller, "a", "/3"), "versions_per_provider", 2);
        assertThat(put(put, "a", "/2").created()).as("the same definition").isFalse();
        assertThat(await(Uni.createFrom().deferred(() -> put.run(caller, "a", NONE, body("Other name", "/2"))))
                        .created())
                .as("a change without a new version")
                .isFalse();
        assertThat(put(put, "b", "/1").created()).as("another provider").isTrue();
    }

    @Test
    void schemas_beyond_the_quota_are_refused() {
        long two = 2L * SCHEMA.length();
        PutProvider put = with(Quotas.LARGE.withSchemaBytes(two));
        put(put, "a", "/1");
        put(put, "a", "/2");

        assertRefused(putting(put, caller, "a", "/3"), "schema_bytes", two);
        assertRefused(putting(put, caller, "b", "/1"), "schema_bytes", two);
        assertThat(await(putting(put, tenant(), "b", "/1")).created())
                .as("another tenant")
                .isTrue();
    }

    @Test
    void the_schemas_of_a_deleted_provider_count() {
        long one = SCHEMA.length();
        PutProvider put = with(Quotas.LARGE.withSchemaBytes(one));
        put(put, "a", "/me");

        await(Uni.createFrom().deferred(() -> delete.run(caller, "a", NONE, false)));

        assertThat(refusal(putting(put, caller, "b", "/me"))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
    }
}
