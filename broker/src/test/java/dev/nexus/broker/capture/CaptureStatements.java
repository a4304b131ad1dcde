package dev.nexus.broker.capture;

import java.util.stream.Stream;

/** The statements of this feature, for the test of their plans. */
public final class CaptureStatements {

    private CaptureStatements() {}

    public static Stream<String> all() {
        return Stream.of(CaptureRepository.FIND, CaptureRepository.SUPERSEDE, CaptureRepository.CLAIM);
    }
}
