package dev.nexus.strategy;

/**
 * Thrown if a strategy cannot put the credential into the request, or if {@link CredentialCheck} refuses the
 * credential. The message names the field and the rule, never the value.
 */
public final class InapplicableCredentialException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String field;
    private final CredentialRule rule;

    InapplicableCredentialException(String field, CredentialRule rule) {
        super(field + ": " + rule.message());
        this.field = field;
        this.rule = rule;
    }

    /** The credential's field, as the strategy names it. */
    public String field() {
        return field;
    }

    /** The rule that the field's value or the request breaks. */
    public CredentialRule rule() {
        return rule;
    }
}
