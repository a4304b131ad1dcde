package dev.nexus.broker.capture;

import java.util.stream.Stream;

/** The statements of this feature, for the test of their plans. */
public final class CaptureSql {

    private CaptureSql() {}

    public static Stream<String> all() {
        return Stream.of(
                CaptureStatements.FIND,
                CaptureStatements.SUPERSEDE,
                CaptureStatements.RECORD_REJECTION,
                CaptureStatements.CLAIM);
    }
}
