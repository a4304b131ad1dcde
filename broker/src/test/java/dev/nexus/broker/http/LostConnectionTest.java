package dev.nexus.broker.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.database.EntityTransactions;
import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Error codes if the database connection is lost in a transaction, so that the rollback fails too. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
class LostConnectionTest {

    @Inject
    EntityTransactions transactions;

    private static Uni<Object> query(String statement) {
        return Panache.getSession()
                .chain(session ->
                        session.createNativeQuery(statement, Object.class).getSingleResult());
    }

    private static Uni<Object> loseConnection() {
        return query("select pg_terminate_backend(pg_backend_pid())");
    }

    private ErrorCode refusal(Supplier<Uni<Object>> work) {
        return transactions
                .write("acme", work)
                .onItemOrFailure()
                .transform((item, failure) -> Failures.errorOf(failure).code())
                .await()
                .atMost(Duration.ofSeconds(60));
    }

    @Test
    void a_statement_that_loses_its_connection_is_unavailable() {
        ErrorCode code = refusal(() -> query("select 1").chain(LostConnectionTest::loseConnection));

        assertThat(code).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void a_statement_on_a_lost_connection_is_unavailable() {
        ErrorCode code = refusal(
                () -> loseConnection().onFailure().recoverWithItem("lost").chain(() -> query("select 1")));

        assertThat(code).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void a_commit_on_a_lost_connection_is_unavailable() {
        ErrorCode code = refusal(() -> loseConnection().onFailure().recoverWithItem("lost"));

        assertThat(code).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void an_api_error_keeps_its_code() {
        ErrorCode code = refusal(() -> loseConnection()
                .onFailure()
                .recoverWithItem("lost")
                .chain(() -> Uni.createFrom().failure(new ApiException(ErrorCode.PROVIDER_IN_USE, "in use"))));

        assertThat(code).isEqualTo(ErrorCode.PROVIDER_IN_USE);
    }
}
