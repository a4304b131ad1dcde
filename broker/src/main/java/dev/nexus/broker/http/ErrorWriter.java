package dev.nexus.broker.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import dev.nexus.broker.database.DatabaseErrors;
import dev.nexus.contracts.ErrorBody;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/** Writes the error responses of the pipeline and the endpoints. {@link ErrorMapper} builds those of the resources. */
@ApplicationScoped
public class ErrorWriter {

    /** The value of Retry-After, in seconds. */
    static final String RETRY_AFTER = "1";

    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");

    private final DatabaseErrors database;
    private final ObjectWriter json;

    ErrorWriter(DatabaseErrors database, ObjectMapper json) {
        this.database = database;
        this.json = json.writerFor(ErrorBody.class);
    }

    /** Ends the response, and discards the body of the request. */
    public Future<Void> write(RoutingContext http, Throwable failure) {
        ApiException error = errorOf(failure);
        discardBody(http.request());
        HttpServerResponse response =
                http.response().setStatusCode(error.code().status()).putHeader(HttpHeaders.CONTENT_TYPE, JSON);
        if (error.code().isTemporary()) {
            response.putHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
        }
        return response.end(Buffer.buffer(text(error.body())));
    }

    /** Returns the API error for {@code failure}. Counts an error of PostgreSQL, and logs each 5xx with its cause. */
    ApiException errorOf(Throwable failure) {
        database.record(failure);
        return Failures.errorOf(failure);
    }

    /** Discards the body of a request: resumes the request, which Quarkus has paused until a handler reads the body. */
    public static void discardBody(HttpServerRequest request) {
        if (!request.isEnded()) {
            request.resume();
        }
    }

    public static ApiException bodyTooLong() {
        return new ApiException(ErrorCode.PAYLOAD_TOO_LARGE, "The body is too large");
    }

    public static ApiException notJson() {
        return new ApiException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The body must be application/json");
    }

    private byte[] text(ErrorBody body) {
        try {
            return json.writeValueAsBytes(body);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("an error body consists of text", impossible);
        }
    }
}
