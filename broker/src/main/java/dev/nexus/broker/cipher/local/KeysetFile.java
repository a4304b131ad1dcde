package dev.nexus.broker.cipher.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.io.IOException;
import java.nio.ByteBuffer;
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

/**
 * A Tink keyset in a file, in plain text. Anyone who can read the file can decrypt all values that its keys encrypted.
 * A file that this class writes has the mode 0600. The mode of an existing file is not checked.
 */
public final class KeysetFile {

    private final Path path;

    public KeysetFile(Path path) {
        this.path = path;
    }

    /**
     * Returns the keyset. Creates it if the file is missing. If two processes create the file at the same time, both
     * get the keyset that was written first.
     */
    KeysetHandle readOrCreate() throws GeneralSecurityException, IOException {
        AeadConfig.register();
        if (!Files.exists(path)) {
            Path temporary = createTemporary();
            try {
                write(KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM), temporary);
                Files.createLink(path, temporary);
            } catch (FileAlreadyExistsException createdByAnother) {
                return read();
            } finally {
                Files.delete(temporary);
            }
        }
        return read();
    }

    KeysetHandle read() throws GeneralSecurityException, IOException {
        AeadConfig.register();
        return TinkJsonProtoKeysetFormat.parseKeyset(Files.readString(path), InsecureSecretKeyAccess.get());
    }

    /**
     * Adds a new key. The previous keys still decrypt. A running Broker uses the new key after it has reloaded the
     * file, see {@link LocalKeysetCipher}. Only one process rotates at a time: the others wait for a lock on the file
     * {@code NAME.lock}, which is not deleted.
     *
     * @return the new key's id
     */
    public int rotate() throws GeneralSecurityException, IOException {
        Path lock = path.resolveSibling(path.getFileName() + ".lock");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock exclusive = channel.lock()) {
            KeysetHandle rotated = KeysetHandle.newBuilder(read())
                    .addEntry(KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                            .withRandomId()
                            .makePrimary())
                    .build();
            Path temporary = createTemporary();
            try {
                write(rotated, temporary);
                Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                // A failure leaves no copy of the keys.
                Files.deleteIfExists(temporary);
            }
            exclusive.release();
            return rotated.getPrimary().getId();
        }
    }

    /**
     * Returns the file's modification time, an estimate of the time when the newest key was created. A file that was
     * copied or restored can have a later time. Empty if the time cannot be read.
     */
    Optional<Instant> modifiedAt() {
        try {
            return Optional.of(Files.getLastModifiedTime(path).toInstant());
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private Path createTemporary() throws IOException {
        Path directory = path.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException("the keyset file has no parent directory");
        }
        Files.createDirectories(directory);
        return Files.createTempFile(
                directory,
                "keyset",
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }

    /** Also flushes the file to disk: after a power failure, the keyset file must not be empty. */
    private static void write(KeysetHandle keyset, Path file) throws GeneralSecurityException, IOException {
        ByteBuffer json =
                UTF_8.encode(TinkJsonProtoKeysetFormat.serializeKeyset(keyset, InsecureSecretKeyAccess.get()));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            while (json.hasRemaining()) {
                channel.write(json);
            }
            channel.force(true);
        }
    }
}
