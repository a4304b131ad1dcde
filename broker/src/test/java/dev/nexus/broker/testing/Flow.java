package dev.nexus.broker.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.capture.CaptureCredential;
import dev.nexus.broker.capture.CapturedConnection;
import dev.nexus.broker.connection.ReadToken;
import dev.nexus.broker.connection.RequestConnection;
import dev.nexus.broker.connection.RevokeConnection;
import dev.nexus.contracts.ConnectionRequest;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.RequestedConnection;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;

/**
 * Runs the steps of the flow for tests, with the real use cases and the real database. Methods such as {@link #capture}
 * wait for the result. Methods such as {@link #capturing} return a {@link Uni}.
 */
@ApplicationScoped
public class Flow {

    public static final Caller ACME = new Caller("acme", "acmeacmeacme", "request-1");
    public static final Caller GLOBEX = new Caller("globex", "globexglobex", "request-2");
    public static final Caller STATE = new Caller("", "state", "request-3");

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final RequestConnection request;
    private final CaptureCredential capture;
    private final ReadToken token;
    private final RevokeConnection revoke;
    private final Pool pool;

    Flow(RequestConnection request, CaptureCredential capture, ReadToken token, RevokeConnection revoke, Pool pool) {
        this.request = request;
        this.capture = capture;
        this.token = token;
        this.revoke = revoke;
        this.pool = pool;
    }

    public static <T> T await(Uni<T> answer) {
        return answer.await().atMost(PATIENCE);
    }

    /** The error code of {@code answer}, which must fail with an {@link ApiException}. */
    public static ErrorCode refusal(Uni<?> answer) {
        try {
            await(answer);
        } catch (ApiException refused) {
            return refused.code();
        }
        throw new AssertionError("the call was not refused");
    }

    public RequestedConnection begin(Caller caller, String workspace) {
        return await(beginning(caller, workspace, "api-key"));
    }

    public Uni<RequestedConnection> beginning(Caller caller, String workspace, String provider) {
        return request.run(
                caller,
                new ConnectionRequest(workspace, provider, "https://your-app.com/connections/callback", null, null));
    }

    public Uni<CapturedConnection> capturing(Caller caller, RequestedConnection requested, String credential) {
        String body = "{\"state\":\"" + requested.state() + "\",\"credentials\":{\"api_key\":\"" + credential + "\"}}";
        return Uni.createFrom().deferred(() -> capture.run(caller, body.getBytes(UTF_8)));
    }

    public CapturedConnection capture(Caller caller, RequestedConnection requested, String credential) {
        return await(capturing(caller, requested, credential));
    }

    /** Requests a connection and captures its credential. Returns the id of the active connection. */
    public UUID connect(Caller caller, String workspace, String credential) {
        return capture(caller, begin(caller, workspace), credential).connectionId();
    }

    public Uni<String> reading(Caller caller, UUID connection) {
        return Uni.createFrom()
                .deferred(() -> token.run(caller, connection.toString()))
                .map(body -> new String(body.reveal(), UTF_8));
    }

    public String read(Caller caller, UUID connection) {
        return await(reading(caller, connection));
    }

    public Uni<Void> revoking(Caller caller, UUID connection) {
        return Uni.createFrom().deferred(() -> revoke.run(caller, connection.toString()));
    }

    public void revoke(Caller caller, UUID connection) {
        await(revoking(caller, connection));
    }

    public RowSet<Row> sql(String statement, Object... values) {
        return await(pool.preparedQuery(statement).execute(Tuple.from(values)));
    }

    public String status(UUID connection) {
        return sql("select status from connection where id = $1", connection)
                .iterator()
                .next()
                .getString(0);
    }

    public long count(String statement, Object... values) {
        return sql(statement, values).iterator().next().getLong(0);
    }
}
