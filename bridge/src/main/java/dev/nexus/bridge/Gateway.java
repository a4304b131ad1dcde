package dev.nexus.bridge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.nexus.strategy.Credential;
import dev.nexus.strategy.InvalidStrategyException;
import dev.nexus.strategy.StrategyJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Fetches tokens with GET /v1/token/{id}. Retries temporary failures, except if Retry-After is longer than three
 * seconds.
 */
final class Gateway {

    private static final Duration FIRST_WAIT = Duration.ofMillis(100);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(3);
    private static final int MAX_MESSAGE = 500;
    private static final Pattern ID = Pattern.compile("[0-9a-fA-F-]{36}");

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private final URI url;
    private final String apiKey;
    private final HttpClient http;
    private final Duration timeout;
    private final RetryPolicy<Token> retries;

    Gateway(URI url, String apiKey, Duration timeout, int retries) {
        this.url = url;
        this.apiKey = apiKey;
        this.timeout = timeout;
        this.http = HttpClient.newBuilder()
                .connectTimeout(timeout)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        this.retries = RetryPolicy.<Token>builder()
                .handleIf(failure ->
                        failure instanceof GatewayException refused && refused.isTemporary() && hasShortWait(refused))
                .withMaxRetries(retries)
                .withBackoff(FIRST_WAIT, LONGEST_WAIT)
                .withJitter(0.5)
                .withDelayFnOn(
                        attempt -> attempt.getLastException() instanceof GatewayException refused
                                ? refused.retryAfter().orElse(Duration.ofMillis(-1))
                                : Duration.ofMillis(-1),
                        GatewayException.class)
                .build();
    }

    private static boolean hasShortWait(GatewayException refused) {
        return refused.retryAfter()
                .map(wait -> wait.compareTo(LONGEST_WAIT) <= 0)
                .orElse(true);
    }

    /**
     * Returns the token of a connection.
     *
     * @throws GatewayException if the id is not a UUID, or if the Gateway refuses the token, cannot be reached or does
     *     not respond with a token, or if the thread is interrupted
     * @throws BridgeException if this version does not support the strategy, or if an allowed host is not a valid host
     *     name
     */
    Token token(String connectionId) {
        if (!ID.matcher(connectionId).matches()) {
            throw new GatewayException(
                    404,
                    "connection_not_found",
                    "The connection id is not a UUID. Pass the connection_id of the Gateway's response.",
                    null);
        }
        try {
            return Failsafe.with(retries).get(() -> fetch(connectionId));
        } catch (FailsafeException interrupted) {
            Thread.currentThread().interrupt();
            throw unreachable("The thread was interrupted while it waited for the Gateway");
        }
    }

    private Token fetch(String connectionId) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/v1/token/" + connectionId))
                .header("X-API-Key", apiKey)
                .header("Accept", "application/json")
                .timeout(timeout)
                .build();
        HttpResponse<byte[]> answer = await(http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()));
        if (answer.statusCode() != 200) {
            throw refusal(answer);
        }
        return read(connectionId, answer.body());
    }

    /**
     * Waits for the response with its body. Before JDK 26, the time-out of the JDK's client covers only the headers.
     */
    private HttpResponse<byte[]> await(CompletableFuture<HttpResponse<byte[]>> sent) throws InterruptedException {
        try {
            return sent.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            sent.cancel(true);
            throw unreachable("The Gateway did not respond within " + timeout.toMillis()
                    + " ms. Retry later, or increase gatewayTimeout.");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw unreachable("The Gateway cannot be reached ("
                    + cause.getClass().getSimpleName() + "). Check gatewayUrl and the network.");
        }
    }

    private static Token read(String connectionId, byte[] body) {
        try {
            JsonNode token = JSON.readTree(body);
            if (!token.path("strategy").isObject() || !token.path("credentials").isObject()) {
                throw unreachable(
                        "The Gateway's response is not a token. Check that gatewayUrl is the Gateway's address.");
            }
            String replacedBy = token.path("replaced_by").textValue();
            return new Token(
                    connectionId,
                    StrategyJson.parse(token.path("strategy")),
                    Credential.of(token.path("credentials")),
                    new Destinations(hosts(token.path("allowed_hosts"))),
                    Optional.ofNullable(replacedBy));
        } catch (InvalidStrategyException e) {
            throw new BridgeException("This version of the Bridge does not support the connection's strategy: "
                    + e.getMessage() + ". Use a newer version of the Bridge.");
        } catch (IOException e) {
            // The parser's message quotes the token.
            throw unreachable("The Gateway's response is not JSON. Check that gatewayUrl is the Gateway's address.");
        }
    }

    private static Optional<Set<String>> hosts(JsonNode named) {
        if (named.isMissingNode()) {
            return Optional.empty();
        }
        Set<String> hosts = new LinkedHashSet<>();
        named.forEach(host -> hosts.add(host.asText()));
        return Optional.of(hosts);
    }

    private GatewayException refusal(HttpResponse<byte[]> answer) {
        String code = "unexpected_answer";
        String message = "The Gateway responded with status " + answer.statusCode();
        try {
            JsonNode error = JSON.readTree(new String(answer.body(), StandardCharsets.UTF_8));
            code = error.path("error").asText(code);
            message = error.path("message").asText(message);
        } catch (JsonProcessingException e) {
            message += ", and the body is not JSON. Check that gatewayUrl is the Gateway's address.";
        }
        return new GatewayException(answer.statusCode(), sanitize(code), sanitize(message), retryAfter(answer));
    }

    /**
     * Masks the API key, replaces control characters and limits the length, because another server than the Gateway can
     * respond.
     */
    private String sanitize(String received) {
        String line = received.replace(apiKey, "***").replaceAll("\\p{Cntrl}", " ");
        return line.length() > MAX_MESSAGE ? line.substring(0, MAX_MESSAGE) : line;
    }

    private static @Nullable Duration retryAfter(HttpResponse<byte[]> answer) {
        return answer.headers()
                .firstValue("Retry-After")
                .filter(seconds -> seconds.matches("[0-9]{1,6}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .orElse(null);
    }

    private static GatewayException unreachable(String message) {
        return new GatewayException(0, "unreachable", message, null);
    }

    @Override
    public String toString() {
        return "Gateway[" + url + "]";
    }
}
