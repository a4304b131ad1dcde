package dev.nexus.example.nexus;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Objects;

/** The response of request-connection. {@code authUrl} is secret, because anyone who has it can submit a credential. */
@JsonNaming(SnakeCaseStrategy.class)
public record BegunConnection(String connectionId, Secret authUrl) {

    private static final String PARAMETER = "state=";

    public BegunConnection {
        Objects.requireNonNull(connectionId);
        Objects.requireNonNull(authUrl);
    }

    /** The state token in the query of auth_url. */
    public Secret state() {
        String url = authUrl.reveal();
        int at = url.indexOf(PARAMETER);
        if (at < 0) {
            throw NexusFailure.unreadable();
        }
        return new Secret(url.substring(at + PARAMETER.length()));
    }
}
