package dev.nexus.gateway.http;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.WebhookApi;
import dev.nexus.runtime.ApiException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;

/** Refuses an unclear precondition or Idempotency-Key. */
final class Preconditions {

    private static final List<String> HEADERS = List.of("If-Match", "If-None-Match", WebhookApi.IDEMPOTENCY_KEY);

    private Preconditions() {}

    /**
     * Checks that a request other than GET has each of {@link #HEADERS} at most once, and with a value. An empty header
     * would count as missing, and the request would change more than the caller wants.
     *
     * @throws ApiException invalid_request
     */
    static void check(HttpServerRequest request) {
        if (HttpMethod.GET.equals(request.method())) {
            return;
        }
        for (String name : HEADERS) {
            List<String> values = request.headers().getAll(name);
            if (values.size() > 1 || (values.size() == 1 && values.get(0).isBlank())) {
                throw new ApiException(
                        ErrorCode.INVALID_REQUEST,
                        "`" + name + "`: send the header once and with a value, or leave it out.");
            }
        }
    }
}
