package dev.nexus.gateway.web;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Hands every failure of a route to the {@link ErrorWriter}. */
@Provider
public class ErrorMapper implements ExceptionMapper<Throwable> {

    private final ErrorWriter errors;

    ErrorMapper(ErrorWriter errors) {
        this.errors = errors;
    }

    @Override
    public Response toResponse(Throwable failure) {
        return errors.response(errors.answer(failure));
    }
}
