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
 * Limits a body without Content-Length to 64 KiB. Quarkus REST would respond with an empty 413 to a body longer than
 * quarkus.http.limits.max-body-size, and log errors. Does not apply to the REST client: the Broker's responses can be
 * longer.
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
