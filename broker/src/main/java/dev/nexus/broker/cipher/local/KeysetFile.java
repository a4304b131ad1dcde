package dev.nexus.broker.cipher.local;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Optional;

/** A Tink keyset in a file of mode 0600, in clear text: whoever reads the file reads everything sealed with it. */
public final class KeysetFile {

    private final Path path;

    public KeysetFile(Path path) {
        this.path = path;
    }

    /** The keyset; makes it where the file is missing. Of two that make it at once, one wins and both read it. */
    KeysetHandle readOrCreate() throws GeneralSecurityException, IOException {
        AeadConfig.register();
        if (!Files.exists(path)) {
            Path made = written(KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM));
            try {
                Files.createLink(path, made);
            } catch (FileAlreadyExistsException anotherWasFirst) {
                return read();
            } finally {
                Files.delete(made);
            }
        }
        return read();
    }

    KeysetHandle read() throws GeneralSecurityException, IOException {
        AeadConfig.register();
        return TinkJsonProtoKeysetFormat.parseKeyset(Files.readString(path), InsecureSecretKeyAccess.get());
    }

    /**
     * Adds a new key that seals from now on; the former ones go on opening. Running Brokers follow when they are
     * restarted or meet a ciphertext of the new key.
     *
     * @return the new key's id
     */
    public int rotate() throws GeneralSecurityException, IOException {
        Path lock = path.resolveSibling(path.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock alone = channel.lock()) {
            KeysetHandle rotated = KeysetHandle.newBuilder(read())
                    .addEntry(KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                            .withRandomId()
                            .makePrimary())
                    .build();
            Files.move(written(rotated), path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            alone.release();
            return rotated.getPrimary().getId();
        }
    }

    /** When it was made or rotated, which is when its newest key was made; empty where it cannot be looked at. */
    Optional<Instant> writtenAt() {
        try {
            return Optional.of(Files.getLastModifiedTime(path).toInstant());
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private Path written(KeysetHandle keyset) throws GeneralSecurityException, IOException {
        Path folder = path.toAbsolutePath().getParent();
        if (folder == null) {
            throw new IOException("the keyset file has no folder");
        }
        Files.createDirectories(folder);
        Path file = Files.createTempFile(
                folder,
                "keyset",
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, TinkJsonProtoKeysetFormat.serializeKeyset(keyset, InsecureSecretKeyAccess.get()));
        return file;
    }
}
