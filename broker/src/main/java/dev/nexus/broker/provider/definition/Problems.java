package dev.nexus.broker.provider.definition;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Collects the rules that a definition breaks. Lists the first {@link #MAX} that it receives, without duplicates, and
 * records all members with a broken rule.
 */
public final class Problems {

    static final int MAX = 32;

    /**
     * One broken rule.
     *
     * @param pointer RFC 6901 pointer into the definition, or empty for the whole definition
     * @param rule the rule, such as "must be a string". Never contains a value
     */
    public record Problem(String pointer, String rule) {

        /** The first segment of the pointer, escaped. Empty for the whole definition. */
        String member() {
            String[] names = pointer.split("/", 3);
            return names.length < 2 ? "" : names[1];
        }

        @Override
        public String toString() {
            return (pointer.isEmpty() ? "the provider" : pointer) + " " + rule;
        }
    }

    private final Set<Problem> found = new LinkedHashSet<>();

    /**
     * The members that break a rule. Not limited to 32, because the reader binds each member that is not in this set
     * without another check.
     */
    private final Set<String> refused = new HashSet<>();

    void add(String pointer, String rule) {
        add(new Problem(pointer, rule));
    }

    void add(Problem problem) {
        refused.add(problem.member());
        if (found.size() < MAX) {
            found.add(problem);
        }
    }

    /** Adds problems of a part of the definition. */
    void addAll(String pointer, Problems part) {
        part.found.forEach(problem -> add(pointer + problem.pointer(), problem.rule()));
    }

    /** Returns true if the top-level member {@code name} and its parts break no rule. */
    boolean isValid(String name) {
        return !refused.contains(ViolationText.escape(name));
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    List<Problem> list() {
        return new ArrayList<>(found);
    }
}
