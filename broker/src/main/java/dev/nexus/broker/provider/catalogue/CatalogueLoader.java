package dev.nexus.broker.provider.catalogue;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads the catalogue: first the built-in entries, then the entries in the configured folders. */
@ApplicationScoped
class CatalogueLoader {

    /** The list of the built-in files. A class-path folder inside a jar cannot be listed. */
    private static final String INDEX = "index";

    private final CatalogueConfig config;

    CatalogueLoader(CatalogueConfig config) {
        this.config = config;
    }

    /**
     * Reads and checks all entries.
     *
     * @throws CatalogueException if a file or folder cannot be read, if a file breaks a rule, or if two entries have
     *     the same id, or the same slug and owner
     */
    List<CatalogueEntry> load() {
        List<CatalogueEntry> entries = new ArrayList<>();
        resource(INDEX).lines().forEach(name -> entries.add(CatalogueFile.parse(name, null, resource(name))));
        config.folder().ifPresent(folder -> entries.addAll(entries(folder, null)));
        config.tenantsFolder()
                .ifPresent(folders -> tenantFolders(folders)
                        .forEach(folder -> entries.addAll(
                                entries(folder, folder.getFileName().toString()))));
        requireDistinct(entries);
        return List.copyOf(entries);
    }

    private static void requireDistinct(List<CatalogueEntry> entries) {
        Map<String, String> taken = new HashMap<>();
        for (CatalogueEntry entry : entries) {
            @Nullable String sameId = taken.putIfAbsent("id " + entry.id(), entry.file());
            if (sameId != null) {
                throw new CatalogueException(entry.file(), "/id", "duplicate id: also in " + sameId);
            }
            @Nullable
            String sameSlug = taken.putIfAbsent("slug " + entry.slug() + " of " + entry.tenant(), entry.file());
            if (sameSlug != null) {
                throw new CatalogueException(entry.file(), "/slug", "duplicate slug: also in " + sameSlug);
            }
        }
    }

    private static String resource(String name) {
        String path = "/catalogue/" + name;
        try (@Nullable InputStream in = CatalogueLoader.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new CatalogueException(name, "", "is in the index but not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + path, e);
        }
    }

    private static List<CatalogueEntry> entries(Path folder, @Nullable String tenant) {
        return list(folder, file -> file.toString().endsWith(".yaml") && Files.isRegularFile(file)).stream()
                .map(file -> CatalogueFile.parse(file.toString(), tenant, text(file)))
                .toList();
    }

    /**
     * Lists the tenants' folders. Ignores names with a leading dot, because Kubernetes adds such folders to mounted
     * volumes.
     */
    private static List<Path> tenantFolders(Path folder) {
        return list(
                folder,
                file -> Files.isDirectory(file)
                        && !file.getFileName().toString().startsWith("."));
    }

    private static List<Path> list(Path folder, Predicate<Path> wanted) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(wanted).sorted().toList();
        } catch (IOException e) {
            throw new CatalogueException(folder.toString(), "the folder cannot be listed", e);
        }
    }

    private static String text(Path file) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CatalogueException(file.toString(), "must be UTF-8", e);
        } catch (IOException e) {
            throw new CatalogueException(file.toString(), "cannot be read", e);
        }
    }
}
