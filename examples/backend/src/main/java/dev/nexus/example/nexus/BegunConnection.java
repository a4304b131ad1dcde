package dev.nexus.example.nexus;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Objects;

/** The answer of request-connection. Whoever holds {@code authUrl} can hand in the credential, so it is a secret. */
@JsonNaming(SnakeCaseStrategy.class)
public record BegunConnection(String connectionId, Secret authUrl) {

    private static final String PARAMETER = "state=";

    public BegunConnection {
        Objects.requireNonNull(connectionId);
        Objects.requireNonNull(authUrl);
    }

    /** The state that auth_url carries in its query. */
    public Secret state() {
        String url = authUrl.reveal();
        int at = url.indexOf(PARAMETER);
        if (at < 0) {
            throw NexusFailure.unreadable();
        }
        return new Secret(url.substring(at + PARAMETER.length()));
    }
}
