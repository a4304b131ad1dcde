package dev.nexus.e2e.support;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Sends requests at a steady rate and records each response, until it is closed. */
public final class Load implements AutoCloseable {

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledFuture<?> sending;
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();

    private final Queue<CompletableFuture<Boolean>> pending = new ConcurrentLinkedQueue<>();

    /**
     * A response or a failed request.
     *
     * @param sentAt the time of the request, from {@link System#nanoTime}
     * @param status 0 if no response arrived
     * @param millis the duration in milliseconds
     * @param retryAfter true if the response has the header Retry-After
     * @param body the failure as text if no response arrived
     */
    public record Answer(long sentAt, int status, long millis, boolean retryAfter, String body) {}

    /** Sends {@code requests} one after the other, again and again, at {@code perSecond} requests per second. */
    public Load(List<HttpRequest> requests, int perSecond) {
        int[] next = {0};
        sending = clock.scheduleAtFixedRate(
                () -> send(requests.get(next[0]++ % requests.size())), 0, 1_000_000 / perSecond, TimeUnit.MICROSECONDS);
    }

    public static HttpRequest get(Backend backend, String path) {
        return HttpRequest.newBuilder(URI.create(backend.gatewayUrl() + path))
                .header("X-API-Key", backend.apiKey())
                .timeout(Duration.ofSeconds(10))
                .build();
    }

    public static HttpRequest post(Backend backend, String path, String body) {
        return HttpRequest.newBuilder(URI.create(backend.gatewayUrl() + path))
                .header("X-API-Key", backend.apiKey())
                .header("Content-Type", "application/json")
                .timeout(Duration.ofSeconds(10))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private void send(HttpRequest request) {
        long sent = System.nanoTime();
        CompletableFuture<HttpResponse<String>> answer = http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
        pending.add(answer.handle((response, failure) -> answers.add(answer(sent, response, failure))));
    }

    private static Answer answer(long sent, @Nullable HttpResponse<String> response, @Nullable Throwable failure) {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sent);
        if (response == null) {
            return new Answer(sent, 0, millis, false, String.valueOf(failure));
        }
        boolean retryAfter = response.headers().firstValue("Retry-After").isPresent();
        return new Answer(sent, response.statusCode(), millis, retryAfter, response.body());
    }

    /** Returns the responses so far to requests sent at or after {@code nanoTime}. */
    public List<Answer> sentSince(long nanoTime) {
        return answers.stream().filter(answer -> answer.sentAt() >= nanoTime).toList();
    }

    /** Waits for {@code more} responses to requests sent after this call. */
    public void awaitAnswers(int more) {
        long now = System.nanoTime();
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> sentSince(now).size() >= more);
    }

    @Override
    public void close() {
        sending.cancel(false);
        clock.shutdownNow();
        CompletableFuture.allOf(pending.toArray(CompletableFuture[]::new)).join();
    }
}
