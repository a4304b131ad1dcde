package dev.nexus.e2e.operations.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.e2e.operations.deploy.Command.Outcome;
import java.io.IOException;
import java.nio.file.Path;

/** Provides the files of a published Go module. */
final class GoModule {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int TRIES = 3;

    private GoModule() {}

    /**
     * Returns the folder of {@code module} ({@code path@version}) and downloads it if necessary, in up to three
     * attempts.
     */
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
