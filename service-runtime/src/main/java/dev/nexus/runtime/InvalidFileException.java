package dev.nexus.runtime;

/**
 * Thrown for a file whose content cannot be used. The message names the rule, and the member or line if it is known. It
 * never contains content of the file.
 */
public final class InvalidFileException extends Exception {

    private static final long serialVersionUID = 1L;

    public InvalidFileException(String message) {
        super(message);
    }
}
