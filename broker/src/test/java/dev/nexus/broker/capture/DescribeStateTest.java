package dev.nexus.broker.capture;

import static dev.nexus.broker.testing.Flow.ACME;
import static dev.nexus.broker.testing.Flow.STATE;
import static dev.nexus.broker.testing.Flow.await;
import static dev.nexus.broker.testing.Flow.refusal;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.connection.RequestConnection;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.contracts.ConnectionRequest;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.PresentedField;
import dev.nexus.contracts.PresentedState;
import dev.nexus.contracts.RequestedConnection;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class DescribeStateTest {

    private static final String RETURN_URL = "https://your-app.com/callback";

    @Inject
    Flow flow;

    @Inject
    RequestConnection request;

    @Inject
    DescribeState describe;

    private RequestedConnection begin(String provider) {
        return await(request.run(
                ACME, new ConnectionRequest("w-" + UUID.randomUUID(), provider, RETURN_URL, null, "Ada’s account")));
    }

    private PresentedState described(RequestedConnection requested) {
        return await(describe.run(STATE, requested.state()));
    }

    private static PresentedField field(PresentedState described, String name) {
        return requireNonNull(requireNonNull(described.fields()).get(name), name);
    }

    @Test
    void a_valid_state_has_its_tenant_fields_and_redirect_url() {
        RequestedConnection requested = begin("github");

        PresentedState described = described(requested);

        assertThat(described.connectionId()).isEqualTo(requested.connectionId());
        assertThat(described.tenant()).isEqualTo("acme");
        assertThat(described.providerName()).isEqualTo("GitHub");
        assertThat(described.documentationUrl()).startsWith("https://docs.github.com/");
        assertThat(described.displayName()).isEqualTo("Ada’s account");
        assertThat(described.credentialSchema()).contains("Personal access token");
        assertThat(described.language()).isEqualTo("en");
        assertThat(field(described, "api_key").link()).isEqualTo("https://github.com/settings/personal-access-tokens");
        assertThat(described.expiresIn()).isBetween(1L, 630L);
        assertThat(described.error()).isNull();
        assertThat(described.redirectUrl())
                .isEqualTo(RETURN_URL + "?status=error&error=access_denied&connection_id=" + requested.connectionId());
    }

    @Test
    void a_field_at_the_start_of_the_host_has_the_rest_of_the_host_as_its_suffix() {
        PresentedState zendesk = described(begin("zendesk"));

        assertThat(field(zendesk, "subdomain").suffix()).isEqualTo(".zendesk.com");
        assertThat(field(zendesk, "subdomain").secret()).isFalse();
        assertThat(field(described(begin("algolia")), "application_id").suffix())
                .as("a field that is also sent is more than a part of the host name")
                .isNull();
    }

    @Test
    void a_schema_without_marked_secrets_has_the_secrets_of_its_strategy() {
        PresentedField key = field(described(begin("api-key")), "api_key");

        assertThat(key.secret()).isTrue();
        assertThat(key.title()).isEqualTo("API key");
        assertThat(described(begin("basic-auth")).fields())
                .as("its schema marks the password")
                .isEqualTo(Map.of("password", new PresentedField(null, null, null, null, false, false, true)));
    }

    @Test
    void a_used_state_has_its_error_and_redirects_with_success() {
        RequestedConnection requested = begin("api-key");
        flow.capture(STATE, requested, "key");

        PresentedState described = described(requested);

        assertThat(described.error()).isEqualTo(ErrorCode.STATE_USED);
        assertThat(described.redirectUrl())
                .isEqualTo(RETURN_URL + "?status=success&connection_id=" + requested.connectionId());
    }

    @Test
    void an_expired_state_redirects_with_its_error() {
        RequestedConnection requested = begin("api-key");
        flow.sql("update connection set expires_at = now() where id = $1", requested.connectionId());

        PresentedState described = described(requested);

        assertThat(described.error()).isEqualTo(ErrorCode.STATE_EXPIRED);
        assertThat(described.expiresIn()).isZero();
        assertThat(described.redirectUrl())
                .isEqualTo(RETURN_URL + "?status=error&error=state_expired&connection_id=" + requested.connectionId());
    }

    @Test
    void a_state_of_a_revoked_connection_redirects_with_its_error() {
        RequestedConnection requested = begin("api-key");
        flow.revoke(ACME, requested.connectionId());

        PresentedState described = described(requested);

        assertThat(described.error()).isEqualTo(ErrorCode.CONNECTION_NOT_ACTIVE);
        assertThat(described.redirectUrl()).contains("status=error&error=connection_not_active");
    }

    @Test
    void a_state_with_an_invalid_signature_is_refused() {
        RequestedConnection requested = begin("api-key");

        assertThat(refusal(describe.run(STATE, requested.state() + "x"))).isEqualTo(ErrorCode.INVALID_STATE);
    }
}
