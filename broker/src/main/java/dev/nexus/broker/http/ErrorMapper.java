package dev.nexus.broker.http;

import dev.nexus.broker.database.DatabaseErrors;
import dev.nexus.runtime.ApiException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Turns every failure of a route into the one error shape. */
@Provider
class ErrorMapper implements ExceptionMapper<Throwable> {

    /** Seconds after which a caller may try again. */
    private static final int RETRY_AFTER = 1;

    private final DatabaseErrors database;

    ErrorMapper(DatabaseErrors database) {
        this.database = database;
    }

    @Override
    public Response toResponse(Throwable failure) {
        database.record(failure);
        ApiException answer = Failures.answer(failure);
        Response.ResponseBuilder response = Response.status(answer.code().status())
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(answer.body());
        if (answer.code().isTemporary()) {
            response.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
        }
        return response.build();
    }
}
