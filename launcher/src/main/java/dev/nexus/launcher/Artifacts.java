package dev.nexus.launcher;

import java.nio.file.Path;

/** Where the build puts what is run. */
public record Artifacts(Path root) {

    /** The repository that {@code folder} is, or lies in. */
    public static Artifacts around(Path folder) {
        for (Path at = folder.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
            if (at.resolve("quickstart").toFile().isFile()
                    && at.resolve("shared-contracts").toFile().isDirectory()) {
                return new Artifacts(at);
            }
        }
        throw new LauncherException("Run this within the repository");
    }

    public Path gatewayJar() {
        return root.resolve("gateway/target/quarkus-app/quarkus-run.jar");
    }

    public Path brokerJar() {
        return root.resolve("broker/target/quarkus-app/quarkus-run.jar");
    }

    Path exampleJar() {
        return root.resolve("examples/backend/target/quarkus-app/quarkus-run.jar");
    }
}
