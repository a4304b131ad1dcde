package dev.nexus.gateway.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.contracts.ErrorBody;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiErrors;
import dev.nexus.runtime.ApiException;
import dev.nexus.runtime.LoggableFailure;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.jboss.logging.Logger;

/**
 * Converts the failures of {@link RequestPipeline}, of Vert.x and of the resources to responses. The body is
 * {@code {error, message, details?}}, or an HTML page if {@link ErrorPage#isFor} returns true.
 */
@ApplicationScoped
public class ErrorWriter {

    private static final Logger LOG = Logger.getLogger(ErrorWriter.class);
    private static final String RETRY_AFTER_SECONDS = "1";
    private static final String CONNECTION = "Connection";
    private static final String CLOSE = "close";

    private final ObjectMapper json;

    private final ErrorPage page;

    ErrorWriter(ObjectMapper json, ErrorPage page) {
        this.json = json;
        this.page = page;
    }

    /**
     * Returns the error for {@code failure}. Logs an unexpected exception without its message, which may quote the request.
     */
    public ApiException errorOf(Throwable failure) {
        if (failure instanceof ApiException known) {
            return known;
        }
        if (failure instanceof WebApplicationException http
                && http.getResponse().getStatus() < 500) {
            return ofStatus(http.getResponse().getStatus());
        }
        LOG.errorf(
                LoggableFailure.of(failure),
                "A request failed: %s",
                failure.getClass().getName());
        return ApiErrors.internal();
    }

    /** Returns the error for an HTTP status without an error code. */
    public static ApiException ofStatus(int status) {
        return switch (status) {
            case 401 -> unauthorized();
            case 403 ->
                new ApiException(
                        ErrorCode.FORBIDDEN, "The API key lacks the scope of this route. Use a key with this scope.");
            case 404 -> ApiErrors.notFound();
            case 405 -> ApiErrors.methodNotAllowed();
            case 406 -> ApiErrors.notAcceptable();
            case 413 ->
                new ApiException(
                        ErrorCode.PAYLOAD_TOO_LARGE, "The request body is longer than 64 KiB. Send a shorter body.");
            case 414 ->
                new ApiException(
                        ErrorCode.URI_TOO_LONG, "The request URI is longer than 4,096 characters. Shorten the query.");
            case 415 ->
                new ApiException(
                        ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                        "`Content-Type` must be application/json, in UTF-8. Remove `Content-Encoding`.");
            case 431 ->
                new ApiException(
                        ErrorCode.HEADERS_TOO_LARGE,
                        "The request headers are longer than 16 KiB. Send fewer or shorter headers.");
            default -> status >= 500 ? ApiErrors.internal() : ApiErrors.unreadable();
        };
    }

    /** The same error for a missing or repeated header, and for a malformed, unknown, revoked or expired key. */
    public static ApiException unauthorized() {
        return new ApiException(
                ErrorCode.UNAUTHORIZED,
                "`X-API-Key`: the API key is missing or not valid. Send a valid key in this header, once.");
    }

    /**
     * Writes {@code failure} and ends the response. If the request's body has not arrived completely, also closes the
     * connection. Does nothing if the response has already ended.
     */
    public void write(RoutingContext context, ApiException failure) {
        HttpServerResponse response = context.response();
        if (response.ended()) {
            return;
        }
        RequestId.headers(context);
        Written written = written(context, failure);
        response.setStatusCode(failure.code().status());
        written.headers().forEach(response::putHeader);
        if (failure.code().isTemporary() && !response.headers().contains(HttpHeaders.RETRY_AFTER)) {
            response.putHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        if (!context.request().isEnded()) {
            response.putHeader(CONNECTION, CLOSE);
            OutstandingBody.closeAfterResponse(context);
        }
        response.end(written.body());
    }

    /** Like {@link #write}, but returns a JAX-RS response. */
    public Response response(RoutingContext context, ApiException failure) {
        Written written = written(context, failure);
        Response.ResponseBuilder response =
                Response.status(failure.code().status()).entity(written.body());
        written.headers().forEach(response::header);
        if (failure.code().isTemporary()) {
            response.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        if (!context.request().isEnded()) {
            response.header(CONNECTION, CLOSE);
            OutstandingBody.closeAfterResponse(context);
        }
        return response.build();
    }

    private record Written(Map<String, String> headers, String body) {}

    private Written written(RoutingContext context, ApiException failure) {
        if (page.isFor(context)) {
            ErrorPage.Page shown = page.of(context, failure);
            return new Written(shown.headers(), shown.html());
        }
        return new Written(Map.of(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON), text(failure.body()));
    }

    private String text(ErrorBody body) {
        try {
            return json.writeValueAsString(body);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("an error body could not be written", impossible);
        }
    }
}
