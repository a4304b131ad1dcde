package dev.nexus.broker.capture;

import java.util.stream.Stream;

/** Lists the statements of this feature for {@code QueryPlanTest}. */
public final class CaptureSql {

    public static final String FIND = CaptureStatements.FIND;

    private CaptureSql() {}

    public static Stream<String> all() {
        return Stream.of(FIND, CaptureStatements.LOCK, CaptureStatements.RECORD_REJECTION, CaptureStatements.CLAIM);
    }
}
