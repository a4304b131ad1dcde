package dev.nexus.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A parsed text file that is reloaded if its content changes. Modification times are not reliable, because Kubernetes
 * swaps symbolic links. While the content is invalid, the previous value stays, see {@link ReloadedFile}. Thread-safe.
 *
 * @param <T> the type of the parsed content
 */
public final class WatchedFile<T> {

    private final Path path;
    private final Parser<T> parser;
    private final ReloadedFile state;
    private volatile T value;
    private String content;

    /**
     * Parses the content of a file. The message of an unchecked exception is not logged, because it can quote the
     * content.
     */
    @FunctionalInterface
    public interface Parser<T> {
        T parse(String content) throws InvalidFileException;
    }

    /**
     * Reads the file for the first time.
     *
     * @param setting the setting that names the file
     * @param rule the requirement for the setting, such as "must name a JWKS file"
     * @throws IllegalStateException if the file cannot be used, with the setting, the rule and the reason
     */
    public WatchedFile(String setting, String rule, Path path, Parser<T> parser, ReloadedFiles files) {
        this.path = path;
        this.parser = parser;
        try {
            this.content = Files.readString(path);
            this.value = parser.parse(content);
        } catch (IOException | InvalidFileException | RuntimeException failure) {
            throw new IllegalStateException(setting + " " + rule + ": " + reason(failure), failure);
        }
        this.state = files.of(setting);
    }

    /** The value of the newest valid content. */
    public T value() {
        return value;
    }

    /** Reads the file again. Returns whether the value has changed. Call this every few seconds. */
    public synchronized boolean reload() {
        try {
            String now = Files.readString(path);
            if (now.equals(content)) {
                state.valid();
                return false;
            }
            value = parser.parse(now);
            content = now;
            state.loaded();
            return true;
        } catch (IOException | InvalidFileException | RuntimeException failure) {
            state.invalid(reason(failure));
            return false;
        }
    }

    private static String reason(Exception failure) {
        if (failure instanceof InvalidFileException) {
            return String.valueOf(failure.getMessage());
        }
        String kind = failure.getClass().getSimpleName();
        return failure instanceof IOException ? kind + ": " + failure.getMessage() : kind;
    }
}
