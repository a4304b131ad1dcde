package dev.nexus.launcher;

import java.nio.file.Path;

/** The Java that this process runs on; the services run on the same. */
final class Java {

    private Java() {}

    static String executable() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }
}
