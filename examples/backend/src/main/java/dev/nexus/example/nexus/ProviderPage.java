package dev.nexus.example.nexus;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A page of the providers that this application's tenant may use; {@code nextCursor} leads to the next one. */
@JsonNaming(SnakeCaseStrategy.class)
public record ProviderPage(
        List<Provider> providers, @Nullable String nextCursor) {

    public ProviderPage {
        Objects.requireNonNull(providers);
    }
}
