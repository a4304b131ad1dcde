package dev.nexus.bridge;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Reads the whole body of a request into memory, because signatures cover it and a retry sends it again. */
final class RequestBody implements Flow.Subscriber<ByteBuffer> {

    /** Maximum length in bytes. */
    static final int MAX = 8 * 1024 * 1024;

    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;

    private RequestBody() {}

    static byte[] read(BodyPublisher publisher) {
        if (publisher.contentLength() > MAX) {
            throw tooLong();
        }
        RequestBody reading = new RequestBody();
        publisher.subscribe(reading);
        try {
            return reading.whole.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof BridgeException known
                    ? known
                    : new BridgeException("The body publisher of the request failed: "
                            + (e.getCause() == null
                                    ? "?"
                                    : e.getCause().getClass().getName()));
        }
    }

    private static BridgeException tooLong() {
        return new BridgeException("The body of the request is larger than 8 MiB. Send a smaller body.");
    }

    @Override
    public void onSubscribe(Flow.Subscription subscribed) {
        subscription = subscribed;
        subscribed.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer part) {
        if (body.size() + part.remaining() > MAX) {
            if (subscription != null) {
                subscription.cancel();
            }
            whole.completeExceptionally(tooLong());
            return;
        }
        byte[] bytes = new byte[part.remaining()];
        part.get(bytes);
        body.writeBytes(bytes);
    }

    @Override
    public void onError(Throwable failure) {
        whole.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        whole.complete(body.toByteArray());
    }
}
