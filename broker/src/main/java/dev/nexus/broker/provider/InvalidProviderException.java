package dev.nexus.broker.provider;

/** A provider's definition that breaks a rule. The message names the field and the rule, never a value. */
final class InvalidProviderException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String pointer;
    private final String rule;

    /**
     * Names what is wrong.
     *
     * @param pointer RFC 6901 pointer into the definition; empty for the whole
     */
    InvalidProviderException(String pointer, String rule) {
        super((pointer.isEmpty() ? "the provider" : pointer) + " " + rule);
        this.pointer = pointer;
        this.rule = rule;
    }

    String pointer() {
        return pointer;
    }

    String rule() {
        return rule;
    }
}
