package dev.nexus.strategy;

/** A strategy that does not follow its form. The message names the field and the rule, never a value. */
public final class InvalidStrategyException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String pointer;
    private final String rule;

    /**
     * Names what is wrong.
     *
     * @param pointer RFC 6901 pointer into the strategy's JSON form; empty for the whole
     * @param rule what the field must be
     */
    public InvalidStrategyException(String pointer, String rule) {
        super((pointer.isEmpty() ? "strategy" : pointer) + ": " + rule);
        this.pointer = pointer;
        this.rule = rule;
    }

    /** RFC 6901 pointer into the strategy's JSON form; empty for the whole. */
    public String pointer() {
        return pointer;
    }

    /** What the field must be. */
    public String rule() {
        return rule;
    }
}
