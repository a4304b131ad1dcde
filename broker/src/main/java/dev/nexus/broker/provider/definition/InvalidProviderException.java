package dev.nexus.broker.provider.definition;

import dev.nexus.broker.provider.definition.Problems.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** A provider's definition that breaks rules. The message names the fields and the rules, never a value. */
public final class InvalidProviderException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final transient List<Problem> problems;

    /**
     * Reports broken rules.
     *
     * @param problems at least one
     */
    InvalidProviderException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
        this.problems = List.copyOf(problems);
    }

    public List<Problem> problems() {
        return problems;
    }
}
