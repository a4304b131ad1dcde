package dev.nexus.gateway.component;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/**
 * A file of a Secret as mounted by Kubernetes: {@code file -> ..data/file}, {@code ..data -> ..<version>}.
 *
 * <p>An update writes a new version and replaces the link {@code ..data} atomically.
 */
final class MountedSecret {

    private final Path folder;
    private final String name;

    MountedSecret(Path folder, String name, String content) throws IOException {
        this.folder = Files.createTempDirectory(Files.createDirectories(folder), "mount");
        this.name = name;
        replace(content);
        Files.createSymbolicLink(file(), Path.of("..data", name));
    }

    Path file() {
        return folder.resolve(name);
    }

    /** Replaces the link and deletes the previous version, like the kubelet. */
    void replace(String content) throws IOException {
        Path data = folder.resolve("..data");
        Path previous = Files.exists(data) ? data.toRealPath() : null;
        Path version = Files.createDirectory(folder.resolve(".." + UUID.randomUUID()));
        Files.writeString(version.resolve(name), content);
        Path link = Files.createSymbolicLink(folder.resolve("..data_tmp"), version.getFileName());
        Files.move(link, data, StandardCopyOption.ATOMIC_MOVE);
        if (previous != null) {
            Files.delete(previous.resolve(name));
            Files.delete(previous);
        }
    }
}
