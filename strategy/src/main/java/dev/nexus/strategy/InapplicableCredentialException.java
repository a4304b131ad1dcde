package dev.nexus.strategy;

/**
 * Thrown for a credential that its strategy cannot put into a request. The message names the field and the rule, never
 * the value.
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

    /** The rule that the field's value breaks. */
    public CredentialRule rule() {
        return rule;
    }
}
