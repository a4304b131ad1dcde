package dev.nexus.broker.provider;

/** A catalogue that the Broker refuses to start with. The message names the file, the field and the rule. */
public final class CatalogueException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    CatalogueException(String file, String field, String rule) {
        super("catalogue file " + file + ": " + (field.isEmpty() ? "" : field + ": ") + rule);
    }

    CatalogueException(String file, String rule, Throwable cause) {
        super("catalogue file " + file + ": " + rule, cause);
    }
}
