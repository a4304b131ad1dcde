package dev.nexus.broker.provider.definition;

/** Reports a credential schema that breaks a rule or exceeds a limit. The message names the place and the rule. */
final class InvalidSchemaException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String pointer;
    private final String rule;

    InvalidSchemaException(String pointer, String rule) {
        super((pointer.isEmpty() ? "schema" : pointer) + ": " + rule);
        this.pointer = pointer;
        this.rule = rule;
    }

    /** RFC 6901 pointer into the schema, or empty for the whole schema. */
    public String pointer() {
        return pointer;
    }

    /** The rule that the place breaks. */
    public String rule() {
        return rule;
    }
}
