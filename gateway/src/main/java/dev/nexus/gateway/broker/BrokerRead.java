package dev.nexus.gateway.broker;

import dev.nexus.contracts.ConnectionApi;
import dev.nexus.contracts.InternalApi;
import dev.nexus.contracts.TokenApi;

/** A read of the Broker whose response the Gateway forwards without parsing. */
public enum BrokerRead {
    CONNECTION(ConnectionApi.CONNECTION),
    TOKEN(TokenApi.TOKEN);

    private static final String ID = "{id}";

    private final String template;
    private final String before;
    private final String after;

    BrokerRead(String path) {
        this.template = InternalApi.ROOT + path;
        this.before = template.substring(0, template.indexOf(ID));
        this.after = template.substring(template.indexOf(ID) + ID.length());
    }

    /** The path with {@code {id}}, for metrics. */
    String template() {
        return template;
    }

    /** Returns the path with the percent-encoded {@code id}. */
    String path(String id) {
        return before + id + after;
    }
}
