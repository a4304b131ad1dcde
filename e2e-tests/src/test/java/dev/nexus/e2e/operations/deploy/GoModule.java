package dev.nexus.e2e.operations.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.e2e.operations.deploy.Command.Outcome;
import java.io.IOException;
import java.nio.file.Path;

/** A published Go module, for files of it that others have written. */
final class GoModule {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TRIES = 3;

    private GoModule() {}

    /** The folder of {@code module}, {@code path@version}; fetched where it was not. The network gets three tries. */
    static Path fetched(String module) throws IOException {
        Command download = Command.of("go", "mod", "download", "-json", module);
        Outcome outcome = download.run();
        for (int tries = 1; tries < TRIES && outcome.exit() != 0; tries++) {
            outcome = download.run();
        }
        JsonNode found = JSON.readTree(outcome.orFail());
        return Path.of(found.path("Dir").asText());
    }
}
