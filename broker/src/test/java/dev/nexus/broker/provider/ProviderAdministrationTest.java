package dev.nexus.broker.provider;

import static dev.nexus.broker.testing.Flow.ACME;
import static dev.nexus.broker.testing.Flow.GLOBEX;
import static dev.nexus.broker.testing.Flow.await;
import static dev.nexus.broker.testing.Flow.refusal;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.connection.CheckConnection;
import dev.nexus.broker.connection.SweepOnce;
import dev.nexus.broker.http.Precondition;
import dev.nexus.broker.provider.PutProvider.Put;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.RequestedConnection;
import dev.nexus.runtime.ApiException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class ProviderAdministrationTest {

    private static final Precondition NONE = new Precondition(null, null);
    private static final String SCHEMA =
            "{ \"type\": \"object\",  \"required\":[\"api_key\"],\n \"properties\": {\"api_key\": {\"type\":\"string\"}} }";
    private static final String VALID = """
            {"name": "Own", "auth_type": "api_key", "credential_schema": %s, "strategy": {"type": "header"},
             "base_url": "https://api.example.org", "verification": {"path": "/me"}}
            """.formatted(SCHEMA);

    @Inject
    PutProvider put;

    @Inject
    DeleteProvider delete;

    @Inject
    ShowProvider show;

    @Inject
    CheckConnection check;

    @Inject
    SweepOnce sweeper;

    @Inject
    Flow flow;

    private final String slug = "own-" + UUID.randomUUID().toString().substring(0, 8);

    private Uni<Put> putting(Caller caller, String name, Precondition precondition, String body) {
        return Uni.createFrom().deferred(() -> put.run(caller, name, precondition, body.getBytes(UTF_8)));
    }

    private Put put(String body) {
        return await(putting(ACME, slug, NONE, body));
    }

    private Uni<Void> deleting(Caller caller, Precondition precondition, boolean force) {
        return Uni.createFrom().deferred(() -> delete.run(caller, slug, precondition, force));
    }

    private String shown(Caller caller) {
        return await(show.run(caller.tenant(), slug)).json();
    }

    private UUID connect(String workspace) {
        return flow.capture(ACME, await(flow.beginning(ACME, workspace, slug)), "key")
                .connectionId();
    }

    @Test
    void a_put_creates_a_provider_and_keeps_the_bytes_of_its_schema() {
        Put created = put(VALID);

        assertThat(created.created()).isTrue();
        assertThat(shown(ACME))
                .isEqualTo(created.provider().json())
                .contains(SCHEMA, "\"allowed_hosts\":[\"api.example.org\"]", "\"scope\":\"tenant\"")
                .contains(
                        "\"verification\":{\"method\":\"GET\",\"path\":\"/me\",\"accepted\":[200],\"rejected\":[401]");
        assertThat(refusal(show.run("globex", slug))).isEqualTo(ErrorCode.PROVIDER_NOT_FOUND);
        assertThat(flow.count(
                        "select count(*) from audit_event where action = 'provider.changed' and tenant = 'acme'"
                                + " and provider_id = (select id from provider where slug = $1)",
                        slug))
                .isEqualTo(1);
    }

    @Test
    void page_hints_are_stored_separately_from_the_schema() {
        String page =
                "{\"language\":\"nl\",\"fields\":{\"api_key\":{\"title\":\"Sleutel\",\"link\":\"https://a.example/keys\"}}}";
        put(VALID);

        Put changed = put(VALID.replace("{\"path\": \"/me\"}", "{\"path\": \"/me\"}, \"page\": " + page));

        assertThat(changed.provider().json()).contains("\"page\":" + page, "\"schema_version\":1", SCHEMA);
        assertThat(shown(ACME)).isEqualTo(changed.provider().json());
        assertThat(put(VALID).provider().json()).doesNotContain("\"page\"");
    }

    @Test
    void an_identical_put_changes_nothing_and_another_put_changes_the_etag() {
        Put first = put(VALID);

        Put same = put(VALID);
        Put renamed = put(VALID.replace("Own", "Renamed"));
        Put changed = put(VALID.replace("/me", "/you"));

        assertThat(same.provider()).isEqualTo(first.provider());
        assertThat(renamed.provider().etag()).isNotEqualTo(first.provider().etag());
        assertThat(renamed.provider().json()).contains("\"name\":\"Renamed\"", "\"schema_version\":1");
        assertThat(changed.provider().json()).contains("\"schema_version\":2");
        assertThat(changed.created()).isFalse();
    }

    @Test
    void a_tenants_provider_overrides_a_global_provider_only_for_that_tenant() {
        String global = "openai";
        await(putting(ACME, global, NONE, VALID));

        try {
            assertThat(await(show.run("acme", global)).json()).contains("\"scope\":\"tenant\"");
            assertThat(await(show.run("globex", global)).json()).contains("\"scope\":\"global\"");
        } finally {
            await(delete.run(ACME, global, NONE, false));
        }
        assertThat(await(show.run("acme", global)).json()).contains("\"scope\":\"global\"");
        assertThat(refusal(Uni.createFrom().deferred(() -> delete.run(ACME, global, NONE, true))))
                .isEqualTo(ErrorCode.PROVIDER_READ_ONLY);
    }

    @Test
    void a_put_by_uuid_changes_only_the_tenants_own_provider_and_creates_none() {
        String own = idOf(put(VALID));
        String global = "9fbc3f6a-c496-400d-89e5-709a88830900";

        assertThat(await(putting(ACME, own, NONE, VALID)).created()).isFalse();
        assertThat(List.of(
                        refusal(putting(GLOBEX, own, NONE, VALID)),
                        refusal(putting(ACME, UUID.randomUUID().toString(), NONE, VALID)),
                        refusal(deleting(GLOBEX, NONE, true))))
                .containsOnly(ErrorCode.PROVIDER_NOT_FOUND);
        assertThat(refusal(putting(ACME, global, NONE, VALID))).isEqualTo(ErrorCode.PROVIDER_READ_ONLY);
        assertThat(refusal(putting(ACME, "Not A Slug", NONE, VALID))).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    private static String idOf(Put put) {
        return put.provider().json().substring(7, 43);
    }

    @Test
    void a_precondition_prevents_lost_updates() {
        String first = put(VALID).provider().etag();
        Put second = await(putting(ACME, slug, new Precondition(first, null), VALID.replace("Own", "Second")));

        assertThat(refusal(putting(ACME, slug, new Precondition(first, null), VALID.replace("Own", "Third"))))
                .isEqualTo(ErrorCode.PRECONDITION_FAILED);
        assertThat(refusal(putting(ACME, slug, new Precondition(null, "*"), VALID)))
                .isEqualTo(ErrorCode.PRECONDITION_FAILED);
        assertThat(refusal(deleting(ACME, new Precondition(first, null), true)))
                .isEqualTo(ErrorCode.PRECONDITION_FAILED);
        assertThat(refusal(putting(ACME, slug + "-new", new Precondition("*", null), VALID)))
                .isEqualTo(ErrorCode.PRECONDITION_FAILED);
        assertThat(shown(ACME)).contains("\"name\":\"Second\"");
        await(deleting(ACME, new Precondition(second.provider().etag(), null), false));
    }

    @Test
    void concurrent_puts_each_create_a_version() {
        put(VALID);
        List<Uni<Put>> puts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            puts.add(putting(ACME, slug, NONE, VALID.replace("/me", "/me" + i)));
        }

        List<Put> done = await(Uni.join().all(puts).andFailFast());

        assertThat(done.stream().map(created -> created.provider().etag())).doesNotHaveDuplicates();
        assertThat(shown(ACME)).contains("\"schema_version\":9");
    }

    @Test
    void a_pending_connection_keeps_the_version_that_it_began_with() {
        put(VALID);
        RequestedConnection requested = await(flow.beginning(ACME, "w", slug));
        put(VALID.replace("\"header\"", "\"query_param\", \"config\": {\"param_name\": \"key\"}"));

        UUID connection = flow.capture(ACME, requested, "key").connectionId();

        assertThat(flow.read(ACME, connection)).contains("\"type\":\"header\"");
        assertThat(flow.read(ACME, connect("w2"))).contains("\"type\":\"query_param\"");
    }

    @Test
    void a_provider_in_use_is_deleted_only_with_force_and_its_connections_are_revoked() {
        put(VALID);
        UUID active = connect("w");
        RequestedConnection pending = await(flow.beginning(ACME, "w2", slug));

        assertThat(refusal(deleting(ACME, NONE, false))).isEqualTo(ErrorCode.PROVIDER_IN_USE);
        assertThat(flow.read(ACME, active)).contains("\"key\"");
        await(deleting(ACME, NONE, true));

        assertThat(refusal(flow.reading(ACME, active))).isEqualTo(ErrorCode.CONNECTION_NOT_ACTIVE);
        assertThat(refusal(flow.capturing(ACME, pending, "key"))).isEqualTo(ErrorCode.CONNECTION_NOT_ACTIVE);
        assertThat(refusal(flow.beginning(ACME, "w3", slug))).isEqualTo(ErrorCode.PROVIDER_NOT_FOUND);
        assertThat(refusal(show.run("acme", slug))).isEqualTo(ErrorCode.PROVIDER_NOT_FOUND);
        assertThat(await(check.run(ACME, active.toString())).toString())
                .contains("status=revoked")
                .doesNotContain("revokedAt=null");
        assertThat(flow.status(active)).isEqualTo("active");

        await(sweeper.run());

        assertThat(flow.status(active)).isEqualTo("revoked");
        assertThat(flow.status(pending.connectionId())).isEqualTo("revoked");
        assertThat(flow.count("select count(*) from credential where connection_id = $1", active))
                .isZero();
        assertThat(flow.count(
                        "select count(*) from audit_event where connection_id = $1 and action in"
                                + " ('connection.revoked', 'credential.destroyed')",
                        active))
                .isEqualTo(2);
    }

    @Test
    void a_deleted_slug_can_be_reused_and_its_old_connections_stay_revoked() {
        put(VALID);
        UUID old = connect("w");
        await(deleting(ACME, NONE, true));

        String again = idOf(put(VALID));

        assertThat(flow.read(ACME, connect("w"))).contains("\"key\"");
        assertThat(refusal(flow.reading(ACME, old))).isEqualTo(ErrorCode.CONNECTION_NOT_ACTIVE);
        assertThat(shown(ACME)).contains(again);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"name\": \"Own\"|\"title\": \"Own\"|/title",
                "\"name\": \"Own\"|\"name\": \" Own\"|/name",
                "\"name\": \"Own\",||/name",
                "\"api_key\", \"cred|\"oauth2\", \"cred|/auth_type",
                "{\"type\": \"header\"}|{\"type\": \"header\", \"config\": {\"credential_field\": \"k\"}}|/strategy/config/credential_field",
                "{\"type\": \"header\"}|{\"type\": \"none\"}|/strategy/type",
                "{\"type\": \"header\"}|{\"type\": \"query_param\"}|/strategy/config/param_name",
                "{\"type\": \"header\"}|{\"type\": \"header\", \"config\": {\"header_name\": \"Host\"}}|/strategy/config/header_name",
                "{\"type\":\"string\"}|{\"type\":\"strin\"}|/credential_schema/properties/api_key/type",
                "{\"type\":\"string\"}|{\"$ref\":\"https://example.org/s\"}|/credential_schema/properties/api_key/$ref",
                "{\"type\":\"string\"}|{\"$ref\":\"file:///etc/passwd\"}|/credential_schema/properties/api_key/$ref",
                "{\"type\":\"string\"}|{\"pattern\":\"(?=a)\"}|/credential_schema/properties/api_key/pattern",
                "{\"type\":\"string\"}|{\"pattern\":\"(a)\\\\1\"}|/credential_schema/properties/api_key/pattern",
                "https://api.example.org|http://api.example.org|/base_url",
                "https://api.example.org|https://169.254.169.254|/base_url",
                "https://api.example.org|https://[::1]|/base_url",
                "https://api.example.org|https://2130706433|/base_url",
                "https://api.example.org|https://0x7f000001|/base_url",
                "https://api.example.org|https://0x7f.1|/base_url",
                "https://api.example.org|https://127.1|/base_url",
                "https://api.example.org|https://017700000001|/base_url",
                "https://api.example.org|https://api.example.org#evil.example|/base_url",
                "https://api.example.org|https://api.example.org\\\\@evil.example|/base_url",
                "https://api.example.org|https://u@api.example.org|/base_url",
                "https://api.example.org|https://{tenant}.example.org|/base_url",
                "{\"path\": \"/me\"}|{\"path\": \"me\"}|/verification/path",
                "{\"path\": \"/me\"}|{\"path\": \"/me\", \"method\": \"PUT\"}|/verification/method",
                "{\"path\": \"/me\"}|{\"path\": \"/{id}\"}|/verification/path",
                "{\"path\": \"/me\"}|{\"path\": \"/me\", \"accepted\": [1]}|/verification/accepted",
                "{\"path\": \"/me\"}|{\"path\": \"/me\", \"rejected\": [200]}|/verification/rejected",
                "{\"path\": \"/me\"}|{\"path\": \"/me\", \"headers\": {\"Host\": \"x\"}}|/verification/headers/Host",
                "{\"path\": \"/me\"}|{\"path\": \"/me\"}, \"page\": []|/page",
                "{\"path\": \"/me\"}|{\"path\": \"/me\"}, \"page\": {\"colour\": 1}|/page/colour",
                "{\"path\": \"/me\"}|{\"path\": \"/me\"}, \"page\": {\"language\": \"English\"}|/page/language",
                "{\"path\": \"/me\"}|{\"path\": \"/me\"}, \"page\": {\"fields\": {\"key\": {}}}|/page/fields/key",
                "{\"path\": \"/me\"}|{\"path\": \"/me\"}, \"page\": {\"fields\": {\"api_key\": {\"link\": \"http://a.example\"}}}|/page/fields/api_key/link",
                "{\"path\": \"/me\"}|{\"path\": \"/me\"}, \"page\": {\"fields\": {\"api_key\": {\"secret\": 1}}}|/page/fields/api_key/secret",
                "{\"path\": \"/me\"}|{\"path\": \"/me\"}, \"page\": {\"fields\": {\"api_key\": {\"title\": \" \"}}}|/page/fields/api_key/title",
            })
    void an_invalid_definition_is_refused_with_its_pointer_and_not_stored(String from, String to, String pointer) {
        String body = VALID.replace(from, to == null ? "" : to);

        ApiException refused = catchThrowableOfType(ApiException.class, () -> put(body));

        assertThat(body).isNotEqualTo(VALID);
        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refused.body().details()).extracting(Detail::pointer).contains(pointer);
        assertThat(refusal(show.run("acme", slug))).isEqualTo(ErrorCode.PROVIDER_NOT_FOUND);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"''", "[]", "{", "{}{}", "null", "{\"name\":\"a\"|\"name\":\"b\"}", "{\"credential_schema\":1}"})
    void a_body_that_is_not_one_object_is_refused(String body) {
        assertThat(refusal(putting(ACME, slug, NONE, body))).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void all_broken_rules_are_reported_together_and_a_dry_run_reports_the_same() {
        String broken = """
                {"title": "Own", "name": " Own", "auth_type": "basic_auth",
                 "credential_schema": {"type": "object", "reqired": ["user"], "required": ["usr"], "properties": {
                   "user": {"type": "string", "default": 1}, "flag": {"type": "boolean"},
                   "site": {"type": "string"}, "one": {"pattern": "((a{1000}){1000}){10}"}}},
                 "strategy": {"type": "basic_auth", "config": {"username_field": "flag", "password_field": "pass"}},
                 "base_url": "https://{site}.example.org"}
                """;

        ApiException refused = catchThrowableOfType(ApiException.class, () -> put(broken));
        ApiException previewed = catchThrowableOfType(ApiException.class, () -> await(preview(ACME, slug, broken)));

        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(refused.body().details())
                .extracting(Detail::pointer)
                .containsExactlyInAnyOrder(
                        "/title",
                        "/name",
                        "/credential_schema/reqired",
                        "/credential_schema/properties/flag",
                        "/credential_schema/required/0",
                        "/credential_schema/properties/one/pattern",
                        "/credential_schema/properties/user/default",
                        "/strategy/config/password_field",
                        "/base_url");
        assertThat(refused.body().details().toString()).contains("Did you mean required?");
        assertThat(previewed.body()).isEqualTo(refused.body());
    }

    @Test
    void a_dry_run_shows_what_would_be_stored_and_stores_nothing() {
        String previewOfNew = await(preview(ACME, slug, VALID));
        long before = flow.count("select count(*) from provider where slug = $1", slug);
        Put stored = put(VALID);
        String previewOfChange = await(preview(ACME, slug, VALID.replace("/me", "/you")));

        assertThat(before).isZero();
        assertThat(previewOfNew).contains(SCHEMA, "\"schema_version\":1").doesNotContain("\"id\"");
        assertThat(previewOfChange).contains("\"schema_version\":2", "/you", idOf(stored));
        assertThat(shown(ACME)).isEqualTo(stored.provider().json());
        assertThat(refusal(preview(GLOBEX, idOf(stored), VALID))).isEqualTo(ErrorCode.PROVIDER_NOT_FOUND);
    }

    private Uni<String> preview(Caller caller, String name, String body) {
        return Uni.createFrom().deferred(() -> put.preview(caller, name, NONE, body.getBytes(UTF_8)));
    }

    @Test
    void a_stored_schema_beyond_the_limits_fails_only_captures_of_its_own_provider() {
        put(VALID);
        flow.sql(
                "update provider_version set credential_schema = $1"
                        + " where provider_id = (select id from provider where slug = $2)",
                SCHEMA.replace("{\"type\":\"string\"}", "{\"type\":\"string\",\"pattern\":\"(a{1000}){1000}\"}"),
                slug);
        RequestedConnection requested = await(flow.beginning(ACME, "w", slug));

        assertThat(refusal(flow.capturing(ACME, requested, "key"))).isEqualTo(ErrorCode.INVALID_CREDENTIALS);
        assertThat(flow.connect(ACME, "w", "key")).isNotNull();
    }

    @Test
    void a_schema_that_is_too_deep_or_too_long_is_refused() {
        String deep = "{\"type\":\"object\",\"properties\":{\"api_key\":" + "{\"not\":".repeat(36) + "{}"
                + "}".repeat(36) + "}}";
        String endless = "{\"type\":\"object\",\"properties\":{\"api_key\":" + "{\"not\":".repeat(5_000) + "{}"
                + "}".repeat(5_000) + "}}";
        String lengthy = SCHEMA.replace("\"string\"", "\"string\",\"title\":\"" + "x".repeat(33 * 1024) + "\"");

        assertThat(List.of(
                        refusal(putting(ACME, slug, NONE, VALID.replace(SCHEMA, deep))),
                        refusal(putting(ACME, slug, NONE, VALID.replace(SCHEMA, endless))),
                        refusal(putting(ACME, slug, NONE, VALID.replace(SCHEMA, lengthy)))))
                .containsOnly(ErrorCode.INVALID_REQUEST);
    }
}
