package dev.nexus.broker.provider;

import com.google.re2j.Pattern;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;

/**
 * Patterns of a schema, run by RE2/J in time linear in the value's length: a backtracking engine would let one short
 * value hold an event loop for hours. What RE2 does not know (look-around, back references) is refused when the schema is
 * compiled.
 */
final class LinearRegex implements RegularExpressionFactory {

    @Override
    public RegularExpression getRegularExpression(String regex) {
        Pattern pattern = Pattern.compile(regex);
        // JSON Schema's patterns are not anchored.
        return value -> pattern.matcher(value).find();
    }
}
