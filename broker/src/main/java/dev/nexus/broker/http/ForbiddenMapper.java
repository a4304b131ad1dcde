package dev.nexus.broker.http;

import dev.nexus.contracts.ErrorBody;
import dev.nexus.contracts.ErrorCode;
import io.quarkus.security.ForbiddenException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/**
 * Answers 403 if the service token lacks the route's scope. Separate from {@link ErrorMapper}, because Quarkus has its
 * own mapper for this exception, which takes precedence over a general one.
 */
@Provider
class ForbiddenMapper implements ExceptionMapper<ForbiddenException> {

    @Override
    public Response toResponse(ForbiddenException refused) {
        return Response.status(ErrorCode.FORBIDDEN.status())
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(ErrorBody.of(ErrorCode.FORBIDDEN, "The service token lacks the scope of this route"))
                .build();
    }
}
