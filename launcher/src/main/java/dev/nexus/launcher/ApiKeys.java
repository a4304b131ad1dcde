package dev.nexus.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The minted API keys in a folder. The folder has the Gateway's API keys file, with the hashes, and a file with the
 * keys.
 */
final class ApiKeys {

    private final Artifacts artifacts;
    private final Path entries;
    private final Path secrets;
    private final List<MintedKey> keys = new ArrayList<>();

    ApiKeys(Artifacts artifacts, Path folder) {
        this.artifacts = artifacts;
        this.entries = folder.resolve("api-keys.yaml");
        this.secrets = folder.resolve("keys.txt");
    }

    /** The Gateway's API keys file. */
    Path file() {
        return entries;
    }

    /** Mints the keys. If the folder already has keys, reads them instead. */
    void mint(List<MintedKey.Spec> specs) {
        try {
            if (Files.exists(entries)) {
                Files.readAllLines(secrets).forEach(key -> keys.add(new MintedKey(key, "")));
                return;
            }
            try (KeyMint mint = KeyMint.of(artifacts)) {
                specs.forEach(spec -> keys.add(mint.mint(spec)));
            }
            StringBuilder file = new StringBuilder("keys:\n");
            keys.forEach(key -> file.append(key.entry()));
            Files.write(
                    OwnerOnly.file(secrets), keys.stream().map(MintedKey::key).toList());
            Files.writeString(entries, file);
        } catch (IOException failure) {
            throw new LauncherException("Cannot mint the API keys and write " + entries, failure);
        }
    }

    /** Mints one more key and adds it to the Gateway's file. */
    MintedKey add(MintedKey.Spec spec) throws IOException {
        MintedKey key;
        try (KeyMint mint = KeyMint.of(artifacts)) {
            key = mint.mint(spec);
        }
        // Atomic, so that the Gateway never reads half a file.
        Path next = entries.resolveSibling(entries.getFileName() + ".new");
        Files.writeString(next, Files.readString(entries) + key.entry());
        Files.move(next, entries, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return key;
    }

    /** The keys of {@link #mint}, in the order of its specifications. */
    List<MintedKey> all() {
        return List.copyOf(keys);
    }
}
