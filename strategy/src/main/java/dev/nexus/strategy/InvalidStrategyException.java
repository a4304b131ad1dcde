package dev.nexus.strategy;

import java.util.List;
import java.util.stream.Collectors;

/** Thrown for an invalid strategy. The message names each field and rule, never a value. */
public final class InvalidStrategyException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /**
     * One broken rule.
     *
     * @param pointer RFC 6901 pointer into the strategy's JSON form; empty for the whole
     * @param rule the requirement, as the end of a sentence about the field
     */
    public record Problem(String pointer, String rule) {

        @Override
        public String toString() {
            return (pointer.isEmpty() ? "strategy" : pointer) + ": " + rule;
        }
    }

    /** Names the only broken rule, see {@link Problem}. */
    InvalidStrategyException(String pointer, String rule) {
        this(List.of(new Problem(pointer, rule)));
    }

    /** Names all broken rules, at least one. */
    InvalidStrategyException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
        this.problems = List.copyOf(problems);
    }

    /** All broken rules, in the order in which they were found; at least one. */
    public List<Problem> problems() {
        return problems;
    }

    /** The place of the first broken rule. */
    public String pointer() {
        return problems.get(0).pointer();
    }

    /** The first broken rule. */
    public String rule() {
        return problems.get(0).rule();
    }
}
