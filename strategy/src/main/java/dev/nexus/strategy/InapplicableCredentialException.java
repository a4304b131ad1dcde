package dev.nexus.strategy;

/** A credential that its strategy cannot put into a request. The message names the field and the rule, never the value. */
public final class InapplicableCredentialException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String field;

    InapplicableCredentialException(String field, String rule) {
        super(field + ": " + rule);
        this.field = field;
    }

    /** The credential's field, as the strategy names it. */
    public String field() {
        return field;
    }
}
