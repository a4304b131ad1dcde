package dev.nexus.e2e.support;

import java.nio.file.Path;

/** The repository that contains the tests. */
public final class Checkout {

    /** The absolute path of the root. Tests run in the folder of their module. */
    public static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private Checkout() {}
}
