package dev.nexus.broker.capture;

import java.util.stream.Stream;

/** Lists the statements of this feature for {@code QueryPlanTest}. */
public final class CaptureSql {

    private CaptureSql() {}

    public static Stream<String> all() {
        return Stream.of(
                CaptureStatements.FIND,
                CaptureStatements.LOCK,
                CaptureStatements.RECORD_REJECTION,
                CaptureStatements.CLAIM);
    }
}
