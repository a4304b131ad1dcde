package dev.nexus.runtime;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Supplier;

/** Reads the body of a request into memory, for a route without a resource of Jakarta REST. */
public final class BodyReader {

    private BodyReader() {}

    /**
     * Reads the whole body. Call this method on the context of the request, before the request is resumed.
     *
     * @param maxBytes the longest accepted body
     * @param tooLong the error for a longer body
     * @return the body; empty if the request has none. Fails with {@code tooLong} as soon as the body is longer, and
     *     discards the rest. Never completes if the connection closes before the whole body has arrived, because a
     *     response could not reach the caller
     */
    public static Future<Buffer> read(HttpServerRequest request, int maxBytes, Supplier<ApiException> tooLong) {
        if (request.isEnded()) {
            return Future.succeededFuture(Buffer.buffer());
        }
        Promise<Buffer> received = Promise.promise();
        Buffer body = Buffer.buffer();
        request.handler(chunk -> {
            if (body.length() + chunk.length() <= maxBytes) {
                body.appendBuffer(chunk);
            } else {
                request.handler(rest -> {});
                received.tryFail(tooLong.get());
            }
        });
        request.endHandler(end -> received.tryComplete(body));
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            request.response().writeContinue();
        }
        request.resume();
        return received.future();
    }
}
