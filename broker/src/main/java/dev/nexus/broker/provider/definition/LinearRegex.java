package dev.nexus.broker.provider.definition;

import com.google.re2j.Pattern;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import org.jspecify.annotations.Nullable;

/**
 * Runs the patterns of a schema with RE2/J. The time is proportional to the size of the pattern's program times the
 * length of the value. With a backtracking engine, one short value could block a thread for hours. RE2 does not support
 * look-around and back references, so the compilation of a schema with them fails. {@link #within} limits the total
 * work of one validation.
 */
final class LinearRegex implements RegularExpressionFactory {

    /** The fixed cost of each match, in the unit of {@link #within}. */
    private static final long MATCH = 100;

    private static final ThreadLocal<@Nullable Budget> BUDGET = new ThreadLocal<>();

    /** The patterns of a validation need too many steps. The exception contains no part of the value. */
    static final class ExhaustedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        ExhaustedException() {
            super("the patterns take too many steps", null, false, false);
        }
    }

    @Override
    public RegularExpression getRegularExpression(String regex) {
        Pattern pattern = Pattern.compile(regex);
        int size = pattern.programSize();
        return value -> {
            Budget budget = BUDGET.get();
            if (budget != null) {
                budget.spend(size * (value.length() + 1L) + MATCH);
            }
            // JSON Schema's patterns are not anchored.
            return pattern.matcher(value).find();
        };
    }

    /**
     * Runs a validation with a limit for the total work of its patterns.
     *
     * @param steps the limit in program instructions times characters, about 40 ns each
     * @throws ExhaustedException if the patterns need more
     */
    static void within(long steps, Runnable validation) {
        BUDGET.set(new Budget(steps));
        try {
            validation.run();
        } finally {
            BUDGET.remove();
        }
    }

    private static final class Budget {

        private long left;

        Budget(long left) {
            this.left = left;
        }

        void spend(long steps) {
            left -= steps;
            if (left < 0) {
                throw new ExhaustedException();
            }
        }
    }
}
