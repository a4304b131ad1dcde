package dev.nexus.broker.web;

import dev.nexus.contracts.ErrorCode;
import io.smallrye.mutiny.Uni;
import java.time.Duration;

/** The time that a use case has; past it the caller is told to try again. */
public final class Deadline {

    /** Below the Gateway's own time-out, so that the Broker's answer is the one that is heard. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private Deadline() {}

    public static <T> Uni<T> within(Uni<T> useCase) {
        return useCase.ifNoItem()
                .after(LIMIT)
                .failWith(() ->
                        new ApiException(ErrorCode.UNAVAILABLE, "The service took too long to answer; try again"));
    }
}
