package dev.nexus.e2e.operations.pipeline;

import dev.nexus.e2e.support.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The scripts of the pipeline. */
final class Scripts {

    private Scripts() {}

    /** Returns the scripts' paths, relative to the repository's root. */
    static Stream<Path> all() throws IOException {
        try (Stream<Path> files = Files.list(Checkout.ROOT.resolve("deploy/ci"))) {
            List<Path> scripts = files.filter(Files::isRegularFile)
                    .filter(Files::isExecutable)
                    .map(Checkout.ROOT::relativize)
                    .sorted()
                    .toList();
            return scripts.stream();
        }
    }
}
