package dev.nexus.runtime;

/** A file whose content cannot be used. The message names the place and the rule, never the content. */
public final class InvalidFileException extends Exception {

    private static final long serialVersionUID = 1L;

    public InvalidFileException(String message) {
        super(message);
    }
}
