package dev.nexus.runtime;

import io.quarkus.tls.runtime.config.JKSKeyStoreConfig;
import io.quarkus.tls.runtime.config.JKSTrustStoreConfig;
import io.quarkus.tls.runtime.config.KeyStoreConfig;
import io.quarkus.tls.runtime.config.P12KeyStoreConfig;
import io.quarkus.tls.runtime.config.P12TrustStoreConfig;
import io.quarkus.tls.runtime.config.PemCertsConfig;
import io.quarkus.tls.runtime.config.TlsBucketConfig;
import io.quarkus.tls.runtime.config.TrustStoreConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Detects changes of the files of one TLS configuration. Comparing their content is cheap. Parsing them and creating
 * new TLS contexts is expensive. Not thread-safe.
 */
final class WatchedTlsFiles {

    private static final byte[] UNREADABLE = {-1};

    private final List<Path> paths;
    private byte[] fingerprint = {};
    private List<String> versions = List.of();

    WatchedTlsFiles(List<Path> paths) {
        this.paths = List.copyOf(paths);
    }

    static WatchedTlsFiles of(TlsBucketConfig configured) {
        List<Path> paths = new ArrayList<>();
        configured.keyStore().ifPresent(keys -> add(keys, paths));
        configured.trustStore().ifPresent(trusted -> add(trusted, paths));
        configured.certificateRevocationList().ifPresent(paths::addAll);
        return new WatchedTlsFiles(paths);
    }

    private static void add(KeyStoreConfig keys, List<Path> paths) {
        keys.pem()
                .ifPresent(pem -> pem.keyCerts().values().forEach(pair -> {
                    paths.add(pair.cert());
                    paths.add(pair.key());
                }));
        keys.p12().map(P12KeyStoreConfig::path).ifPresent(paths::add);
        keys.jks().map(JKSKeyStoreConfig::path).ifPresent(paths::add);
    }

    private static void add(TrustStoreConfig trusted, List<Path> paths) {
        trusted.pem().flatMap(PemCertsConfig::certs).ifPresent(paths::addAll);
        trusted.pem().flatMap(PemCertsConfig::certDirs).ifPresent(paths::addAll);
        trusted.p12().map(P12TrustStoreConfig::path).ifPresent(paths::add);
        trusted.jks().map(JKSTrustStoreConfig::path).ifPresent(paths::add);
    }

    /**
     * Returns true if the content has changed since the last call. True at the first call, and when a file becomes
     * unreadable.
     */
    boolean changed() {
        versions = paths.stream().map(WatchedTlsFiles::version).toList();
        byte[] now = read();
        boolean changed = !Arrays.equals(now, fingerprint);
        fingerprint = now;
        return changed;
    }

    /**
     * Call this after the files are loaded. If a file was written since the last call of {@link #changed}, the load may
     * have read content that the file no longer has. Then the next call of {@link #changed} returns true.
     */
    void loaded() {
        if (!versions.equals(paths.stream().map(WatchedTlsFiles::version).toList())) {
            fingerprint = new byte[0];
        }
    }

    /** Returns a text that differs after each write and after each swap of a link. */
    private static String version(Path path) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            return attributes.fileKey() + " " + attributes.lastModifiedTime();
        } catch (IOException unreadable) {
            return "unreadable";
        }
    }

    private byte[] read() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (Path path : paths) {
                digest.update(digest(path));
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    /** Returns the digest of a file, or of all files in a folder. */
    private static byte[] digest(Path path) throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (Stream<Path> files = Files.isDirectory(path) ? Files.list(path).sorted() : Stream.of(path)) {
            for (Path file : files.filter(each -> !Files.isDirectory(each)).toList()) {
                digest.update(Files.readAllBytes(file));
            }
            return digest.digest();
        } catch (IOException unreadable) {
            return UNREADABLE;
        }
    }
}
