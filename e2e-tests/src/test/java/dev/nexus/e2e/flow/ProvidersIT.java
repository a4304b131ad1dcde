package dev.nexus.e2e.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.e2e.support.PreviousRelease;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Provider administration through the Gateway: statuses, entity tags and tenant isolation. */
@ExtendWith(NexusExtension.class)
public class ProvidersIT {

    private static final String VALID = """
            {"name": "Own", "auth_type": "api_key", "strategy": {"type": "header"},
             "credential_schema": {"type": "object", "required": ["api_key"],
                                   "properties": {"api_key": {"type": "string"}}},
             "base_url": "https://api.example.org", "verification": {"path": "/me"}}
            """;

    private final String slug = "own-" + UUID.randomUUID().toString().substring(0, 8);
    private final Backend acme = NexusExtension.acme();

    private Response put(Backend backend, String body) {
        return backend.request().contentType(ContentType.JSON).body(body).put("/v1/providers/" + slug);
    }

    @Test
    void provider_is_created_updated_used_and_deleted() {
        String created = put(acme, VALID)
                .then()
                .statusCode(201)
                .body("scope", equalTo("tenant"))
                .extract()
                .header("ETag");
        acme.request().get("/v1/providers/" + slug).then().statusCode(200).header("ETag", equalTo(created));
        acme.request().get("/v1/providers?limit=200").then().body("providers.slug", hasItem(slug));
        NexusExtension.globex()
                .request()
                .get("/v1/providers?limit=200")
                .then()
                .body("providers.slug", not(hasItem(slug)));
        NexusExtension.globex()
                .request()
                .delete("/v1/providers/" + slug)
                .then()
                .statusCode(404)
                .body("error", equalTo("provider_not_found"));

        String changed = put(acme, VALID.replace("Own", "Changed"))
                .then()
                .statusCode(200)
                .extract()
                .header("ETag");
        acme.request()
                .header("If-Match", created)
                .contentType(ContentType.JSON)
                .body(VALID)
                .put("/v1/providers/" + slug)
                .then()
                .statusCode(412)
                .body("error", equalTo("precondition_failed"));

        Backend.Begun begun = acme.begin(Backend.workspace(), slug);
        acme.captureKey(begun.state(), "k").then().statusCode(200);
        acme.check(begun.id())
                .then()
                .body("verification.status", equalTo("unverified"))
                .body("verification.reason", equalTo("disabled"));
        acme.request()
                .post("/v1/check-connection/" + begun.id() + "/verify")
                .then()
                .statusCode(200)
                .body("connection_id", equalTo(begun.id()));
        acme.request().delete("/v1/providers/" + slug).then().statusCode(409).body("error", equalTo("provider_in_use"));
        acme.request()
                .header("If-Match", changed)
                .delete("/v1/providers/" + slug + "?force=true")
                .then()
                .statusCode(204);
        acme.token(begun.id()).then().statusCode(409);
        acme.check(begun.id()).then().body("status", equalTo("revoked"));
    }

    @Test
    @Tag(PreviousRelease.NEW)
    void a_dry_run_stores_nothing_and_a_global_provider_cannot_be_deleted() {
        acme.request()
                .contentType(ContentType.JSON)
                .body(VALID)
                .put("/v1/providers/" + slug + "?dry_run=true")
                .then()
                .statusCode(200)
                .body("slug", equalTo(slug))
                .body("id", equalTo(null));
        acme.request().get("/v1/providers/" + slug).then().statusCode(404);
        acme.request()
                .delete("/v1/providers/zendesk")
                .then()
                .statusCode(409)
                .body("error", equalTo("provider_read_only"));
    }

    @Test
    void validation_error_names_the_json_pointer() {
        put(acme, VALID.replace("\"Own\"", "\" Own\""))
                .then()
                .statusCode(400)
                .body("error", equalTo("invalid_request"))
                .body("details[0].pointer", equalTo("/name"));
    }

    @Test
    void wrong_content_type_size_or_method_is_rejected() {
        acme.request()
                .contentType(ContentType.TEXT)
                .body(VALID)
                .put("/v1/providers/" + slug)
                .then()
                .statusCode(415);
        put(acme, VALID.replace("Own", "x".repeat(70_000))).then().statusCode(413);
        acme.request().patch("/v1/providers/" + slug).then().statusCode(405);
    }

    @Test
    void allowed_hosts_of_a_catalogue_provider_contain_the_subdomain_of_the_account() {
        Backend.Begun begun = acme.begin(Backend.workspace(), "zendesk");
        String schema = acme.schema(begun.state()).asString();
        assertThat(schema).contains("\"format\": \"password\"");

        acme.capture(begun.state(), "{\"subdomain\":\"acme/evil\",\"email\":\"a@b.example\",\"api_token\":\"t\"}")
                .then()
                .statusCode(422);
        acme.capture(begun.state(), "{\"subdomain\":\"acme\",\"email\":\"a@b.example\",\"api_token\":\"t\"}")
                .then()
                .statusCode(200);

        acme.token(begun.id()).then().body("allowed_hosts", equalTo(List.of("acme.zendesk.com")));
    }

    @Test
    @Tag(PreviousRelease.NEW)
    void version_beyond_the_quota_gets_409_with_the_name_of_the_quota() {
        put(acme, VALID).then().statusCode(201);
        NexusExtension.sql("""
                with versions as (
                    insert into provider_version (provider_id, version, credential_schema, strategy)
                    select v.provider_id, n, v.credential_schema, v.strategy
                    from provider_version v join provider p on p.id = v.provider_id, generate_series(2, 200) n
                    where p.slug = '%1$s'
                )
                update provider set schema_version = 200 where slug = '%1$s'
                """.formatted(slug));

        put(acme, VALID.replace("/me", "/changed"))
                .then()
                .statusCode(409)
                .body("error", equalTo("quota_exceeded"))
                .body("message", startsWith("Your tenant has reached its quota versions_per_provider."))
                .body("details.rule", contains("versions_per_provider"))
                .body("details.message", contains("must be at most 200"));
    }
}
