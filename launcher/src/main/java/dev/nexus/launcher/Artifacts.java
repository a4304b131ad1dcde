package dev.nexus.launcher;

import java.nio.file.Path;

/** The jars of the build, in the repository {@code root}. */
public record Artifacts(Path root) {

    /** Finds the repository that contains {@code folder}. */
    public static Artifacts around(Path folder) {
        for (Path at = folder.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
            if (at.resolve("quickstart").toFile().isFile()
                    && at.resolve("shared-contracts").toFile().isDirectory()) {
                return new Artifacts(at);
            }
        }
        throw new LauncherException("The current folder is not in the Nexus repository. Run the command there.");
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
