package dev.nexus.broker.connection;

import static dev.nexus.broker.testing.Flow.await;
import static dev.nexus.broker.testing.Flow.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.state.StateTokens;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.broker.testing.Flow;
import dev.nexus.broker.testing.Quotas;
import dev.nexus.contracts.ConnectionRequest;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.RequestedConnection;
import dev.nexus.runtime.ApiException;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The quota of pending connections in the database. {@link PendingQuotaTest} shows the choice of the requests that count. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class PendingConnectionsTest {

    private static final int QUOTA = 3;

    @Inject
    StateTokens states;

    @Inject
    BeginStatements statements;

    @Inject
    Flow flow;

    private final Caller caller = tenant();
    private RequestConnection request;

    @BeforeEach
    void open() {
        request = broker(QUOTA);
    }

    /** Vacuums, so that the rows cost no pages in the tests of query plans. */
    @AfterEach
    void delete() {
        flow.sql("delete from connection where tenant = $1", caller.tenant());
        flow.sql("vacuum connection");
    }

    private static Caller tenant() {
        return new Caller("quota-" + UUID.randomUUID(), "quotaquotaqu", "request-1");
    }

    /** The use case of one Broker. */
    private RequestConnection broker(int quota) {
        return new RequestConnection(states, statements, new PendingQuota(Quotas.LARGE.withPendingConnections(quota)));
    }

    private static Uni<RequestedConnection> begin(RequestConnection broker, Caller by, String provider) {
        ConnectionRequest body = new ConnectionRequest("w", provider, "https://your-app.com/callback", null, null);
        return Uni.createFrom().deferred(() -> broker.run(by, body));
    }

    private void useUp() {
        for (int i = 0; i < QUOTA; i++) {
            await(begin(request, caller, "api-key"));
        }
    }

    private long stored() {
        return flow.count("select count(*) from connection where tenant = $1", caller.tenant());
    }

    @Test
    void a_connection_beyond_the_quota_is_refused_and_not_stored() {
        useUp();

        assertThat(refusal(begin(request, caller, "api-key"))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        assertThat(stored()).isEqualTo(QUOTA);
        assertThat(flow.count("select count(*) from audit_event where tenant = $1", caller.tenant()))
                .isEqualTo(QUOTA);
        assertThat(await(begin(request, tenant(), "api-key")))
                .as("another tenant")
                .isNotNull();
    }

    @Test
    void a_provider_is_found_by_its_id_and_its_slug_also_while_counting() {
        UUID id = flow.sql("select id from provider where slug = 'api-key' and tenant is null")
                .iterator()
                .next()
                .getUUID("id");

        assertThat(await(begin(request, caller, id.toString()))).isNotNull();
        assertThat(refusal(begin(request, caller, "unknown"))).isEqualTo(ErrorCode.PROVIDER_NOT_FOUND);
        assertThat(refusal(begin(request, caller, UUID.randomUUID().toString())))
                .isEqualTo(ErrorCode.PROVIDER_NOT_FOUND);
        assertThat(stored()).isEqualTo(1);
    }

    @Test
    void connections_that_have_ended_do_not_count() {
        useUp();
        flow.sql("""
                update connection set status = 'revoked', revoked_at = now()
                where id = (select id from connection where tenant = $1 limit 1)
                """, caller.tenant());

        assertThat(await(begin(request, caller, "api-key")))
                .as("one was revoked")
                .isNotNull();

        flow.sql("update connection set expires_at = now() - interval '1 second' where tenant = $1", caller.tenant());

        assertThat(await(begin(request, caller, "api-key")))
                .as("all have expired, before a sweep")
                .isNotNull();
    }

    @Test
    void a_refused_tenant_is_served_again_after_its_connections_have_ended() {
        useUp();
        assertThat(refusal(begin(request, caller, "api-key"))).isEqualTo(ErrorCode.QUOTA_EXCEEDED);

        flow.sql("update connection set expires_at = now() - interval '1 second' where tenant = $1", caller.tenant());

        Awaitility.await().ignoreExceptions().until(() -> await(begin(request, caller, "api-key")) != null);
    }

    @Test
    void concurrent_requests_of_two_brokers_pass_the_quota_at_most_by_their_shares_and_the_running_requests() {
        int quota = 500;
        int runningOfOneBroker = 10;
        List<RequestConnection> brokers = List.of(broker(quota), broker(quota));

        await(Multi.createBy()
                .merging()
                .streams(brokers.stream()
                        .map(broker -> Multi.createFrom()
                                .range(0, quota)
                                .onItem()
                                .transformToUni(i -> begin(broker, caller, "api-key")
                                        .replaceWith(true)
                                        .onFailure(ApiException.class)
                                        .recoverWithItem(false))
                                .merge(runningOfOneBroker))
                        .toList())
                .collect()
                .last());

        assertThat(stored()).isBetween((long) quota, quota + 2L * (quota / 100) + 2L * runningOfOneBroker);
    }
}
