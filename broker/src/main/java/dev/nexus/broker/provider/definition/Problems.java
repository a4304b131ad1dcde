package dev.nexus.broker.provider.definition;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The rules that a definition breaks, in the order in which they are found, each once and at most 32. */
public final class Problems {

    static final int MAX = 32;

    /**
     * One broken rule.
     *
     * @param pointer RFC 6901 pointer into the definition; empty for the whole
     * @param rule what that place must be; never a value
     */
    public record Problem(String pointer, String rule) {

        @Override
        public String toString() {
            return (pointer.isEmpty() ? "the provider" : pointer) + " " + rule;
        }
    }

    private final Set<Problem> found = new LinkedHashSet<>();

    void add(String pointer, String rule) {
        add(new Problem(pointer, rule));
    }

    void add(Problem problem) {
        if (found.size() < MAX) {
            found.add(problem);
        }
    }

    /** Adds problems of a part of the definition. */
    void addAll(String pointer, Problems part) {
        part.found.forEach(problem -> add(pointer + problem.pointer(), problem.rule()));
    }

    /** Whether no rule is broken at {@code pointer} or below. */
    boolean isFree(String pointer) {
        return found.stream()
                .noneMatch(problem ->
                        problem.pointer().equals(pointer) || problem.pointer().startsWith(pointer + "/"));
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    List<Problem> list() {
        return new ArrayList<>(found);
    }
}
