package dev.nexus.gateway.broker;

/** The Broker's response with a status that is not a success. Its message contains only the status. */
final class BrokerRefusal extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final int status;
    private final byte[] body;

    /** @param body the Broker's JSON, or any bytes if another server responds */
    BrokerRefusal(int status, byte[] body) {
        super("status " + status, null, false, false);
        this.status = status;
        this.body = body;
    }

    int status() {
        return status;
    }

    byte[] body() {
        return body;
    }
}
