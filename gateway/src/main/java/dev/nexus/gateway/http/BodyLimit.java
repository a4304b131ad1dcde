package dev.nexus.gateway.http;

import jakarta.ws.rs.ConstrainedTo;
import jakarta.ws.rs.RuntimeType;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;

/**
 * Limits a body without Content-Length to 64 KiB. {@link RequestBody#checkLength} limits all other bodies.
 * {@code quarkus.http.limits.max-body-size} is larger, so that this class refuses the body first: the response of
 * Quarkus REST would be a 413 without a body, and it would log errors. Does not apply to the REST client: the Broker's
 * responses can be longer.
 */
@Provider
@ConstrainedTo(RuntimeType.SERVER)
class BodyLimit implements ReaderInterceptor {

    @Override
    public Object aroundReadFrom(ReaderInterceptorContext body) throws IOException {
        if (!body.getHeaders().containsKey(HttpHeaders.CONTENT_LENGTH)) {
            byte[] read = body.getInputStream().readNBytes(RequestBody.MAX_BYTES + 1);
            if (read.length > RequestBody.MAX_BYTES) {
                throw ErrorWriter.ofStatus(413);
            }
            body.setInputStream(new ByteArrayInputStream(read));
        }
        return body.proceed();
    }
}
