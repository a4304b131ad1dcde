package dev.nexus.gateway.brokerclient;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;

/**
 * A successful answer of the Broker, its JSON unread: it may hold a credential, so it does not print.
 *
 * @param status 200, 201, 204 or 303
 * @param body the JSON in UTF-8; empty with 204
 * @param etag the entity tag, quoted, where there is one
 */
public record BrokerAnswer(int status, Buffer body, Optional<String> etag) {

    @Override
    public String toString() {
        return "BrokerAnswer[" + status + "]";
    }
}
