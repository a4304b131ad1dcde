package dev.nexus.example.nexus;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A page of connections, newest first. {@code nextCursor} is the cursor of the next page, or null on the last page. */
@JsonNaming(SnakeCaseStrategy.class)
public record ConnectionPage(
        List<Connection> connections, @Nullable String nextCursor) {

    public ConnectionPage {
        Objects.requireNonNull(connections);
    }
}
