package dev.nexus.broker.provider.definition;

/** A credential schema that cannot be registered. The message names the place and the rule. */
final class InvalidSchemaException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String pointer;
    private final String rule;

    InvalidSchemaException(String pointer, String rule) {
        super((pointer.isEmpty() ? "schema" : pointer) + ": " + rule);
        this.pointer = pointer;
        this.rule = rule;
    }

    /** RFC 6901 pointer into the schema; empty for the whole. */
    public String pointer() {
        return pointer;
    }

    /** What is asked of that place. */
    public String rule() {
        return rule;
    }
}
