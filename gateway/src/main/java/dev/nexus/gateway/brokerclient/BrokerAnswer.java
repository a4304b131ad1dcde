package dev.nexus.gateway.brokerclient;

import io.vertx.core.buffer.Buffer;

/**
 * A successful answer of the Broker, its JSON unread: it may hold a credential, so it does not print.
 *
 * @param status 200, 204 or 303
 * @param body the JSON in UTF-8; empty with 204
 */
public record BrokerAnswer(int status, Buffer body) {

    @Override
    public String toString() {
        return "BrokerAnswer[" + status + "]";
    }
}
