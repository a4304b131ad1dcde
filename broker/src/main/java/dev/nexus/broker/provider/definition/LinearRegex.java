package dev.nexus.broker.provider.definition;

import com.google.re2j.Pattern;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import org.jspecify.annotations.Nullable;

/**
 * Patterns of a schema, run by RE2/J in time proportional to the size of the pattern's program times the length of the
 * value: a backtracking engine would let one short value hold a thread for hours. What RE2 does not know (look-around, back
 * references) is refused when the schema is compiled. {@link #within} bounds the sum of this product over one validation.
 */
final class LinearRegex implements RegularExpressionFactory {

    /** For a match of an empty value. */
    private static final long MATCH = 100;

    private static final ThreadLocal<@Nullable Allowance> ALLOWANCE = new ThreadLocal<>();

    /** Too many steps for one validation. Carries nothing of the value. */
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
            Allowance allowance = ALLOWANCE.get();
            if (allowance != null) {
                allowance.spend(size * (value.length() + 1L) + MATCH);
            }
            // JSON Schema's patterns are not anchored.
            return pattern.matcher(value).find();
        };
    }

    /**
     * Runs a validation whose patterns together take at most {@code steps}.
     *
     * @param steps program instructions times characters, about 40 ns each
     * @throws ExhaustedException if they would take more
     */
    static void within(long steps, Runnable validation) {
        ALLOWANCE.set(new Allowance(steps));
        try {
            validation.run();
        } finally {
            ALLOWANCE.remove();
        }
    }

    private static final class Allowance {

        private long left;

        Allowance(long left) {
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
