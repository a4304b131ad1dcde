package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.nexus.broker.provider.definition.SchemaKeywords.SubSchema;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;

/**
 * The cost of a schema, computed from its text before it is compiled.
 *
 * @param steps upper bound of the work for one value of a credential, in steps of about one microsecond. The work of
 *     all levels below the value is included, on the most expensive path. A sub-schema counts each time that it applies
 *     to the same value, also if it applies through a reference
 * @param patternSteps the same sum of the program sizes of the patterns, see {@link PatternSize}
 * @param bytes the approximate memory use of the compiled schema
 */
record SchemaCost(long steps, long patternSteps, long bytes) {

    /** The limit of {@link #steps}. Usual schemas need 15 to 60. */
    static final long MAX_STEPS = 500;

    /** The limit of one pattern, in instructions. Allows RE2's maximum of a thousand repetitions of one class. */
    static final long MAX_PATTERN_SIZE = 3_200;

    /** The limit of all patterns of a schema together, in instructions. */
    static final long MAX_PATTERN_SIZES = 6_400;

    static final int MAX_SUB_SCHEMAS = 1_000;

    /** The number of levels below the credential's object, see CapturedTree. */
    private static final int MAX_DEPTH = 31;

    private static final long BYTES_PER_SUB_SCHEMA = 2_000;
    private static final long BYTES_PER_INSTRUCTION = 100;
    private static final long BYTES_PER_CHARACTER = 16;

    /**
     * Measures a schema.
     *
     * @throws InvalidSchemaException if a reference has no target or is endless, a pattern is not valid in RE2, or a
     *     limit is exceeded
     */
    static SchemaCost of(SchemaTree tree) {
        if (tree.schemas().size() > MAX_SUB_SCHEMAS) {
            throw new InvalidSchemaException("", "must contain at most " + MAX_SUB_SCHEMAS + " sub-schemas");
        }
        long sizes = patternSizes(tree);
        Sum sum = new Measurement(tree).sum("", MAX_DEPTH, 0);
        long characters = tree.at("").toString().length();
        return new SchemaCost(
                sum.steps(),
                sum.patternSteps(),
                tree.schemas().size() * BYTES_PER_SUB_SCHEMA
                        + sizes * BYTES_PER_INSTRUCTION
                        + characters * BYTES_PER_CHARACTER);
    }

    /**
     * Reports each pattern that is too large or not valid in RE2. Compiles the patterns only if each pattern and their
     * total are within the limits.
     */
    static void patternProblems(SchemaTree tree, Problems problems) {
        Problems found = new Problems();
        collectProblems(tree, found, SchemaCost::patternSize);
        if (found.isEmpty()) {
            try {
                sumOfSizes(tree);
                collectProblems(tree, found, SchemaCost::compile);
            } catch (InvalidSchemaException e) {
                found.add(e.pointer(), e.rule());
            }
        }
        problems.addAll("", found);
    }

    private static void collectProblems(SchemaTree tree, Problems found, BiConsumer<String, String> check) {
        forEachPattern(tree, (pointer, pattern) -> {
            try {
                check.accept(pointer, pattern);
            } catch (InvalidSchemaException e) {
                found.add(e.pointer(), e.rule());
            }
        });
    }

    private static long patternSizes(SchemaTree tree) {
        long sizes = sumOfSizes(tree);
        forEachPattern(tree, SchemaCost::compile);
        return sizes;
    }

    private static long sumOfSizes(SchemaTree tree) {
        AtomicLong sizes = new AtomicLong();
        forEachPattern(tree, (pointer, pattern) -> sizes.addAndGet(patternSize(pointer, pattern)));
        if (sizes.get() > MAX_PATTERN_SIZES) {
            throw new InvalidSchemaException(
                    "",
                    "must have smaller or fewer patterns. They have about " + sizes + " instructions, and the limit is "
                            + MAX_PATTERN_SIZES);
        }
        return sizes.get();
    }

    private static void forEachPattern(SchemaTree tree, BiConsumer<String, String> work) {
        tree.schemas().forEach((at, schema) -> {
            if (schema.path("pattern").isTextual()) {
                work.accept(at + "/pattern", schema.get("pattern").textValue());
            }
            schema.path("patternProperties")
                    .fieldNames()
                    .forEachRemaining(pattern -> work.accept(at + "/patternProperties", pattern));
        });
    }

    /** Estimates the size without compiling the pattern. */
    private static long patternSize(String pointer, String pattern) {
        long size = PatternSize.of(pattern);
        if (size > MAX_PATTERN_SIZE) {
            throw new InvalidSchemaException(
                    pointer,
                    "must be a smaller pattern. With its repetitions it has about " + Sum.text(size)
                            + " instructions, and the limit is " + MAX_PATTERN_SIZE
                            + (size < PatternSize.IMMENSE ? "" : ". Write \\[ for a [ in a character class."));
        }
        return size;
    }

    private static void compile(String pointer, String pattern) {
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw new InvalidSchemaException(
                    pointer, "must be a pattern in RE2 syntax (no look-around, no back reference)");
        }
    }

    /** The work for one value. */
    private record Sum(long steps, long patternSteps) {

        private static final long IMMENSE = 1_000_000_000;
        private static final Sum NONE = new Sum(0, 0);

        /** Marks a schema that is being measured. */
        private static final Sum OPEN = new Sum(-1, -1);

        Sum plus(Sum other) {
            return new Sum(
                    Math.min(IMMENSE, steps + other.steps), Math.min(IMMENSE, patternSteps + other.patternSteps));
        }

        Sum times(long factor) {
            return new Sum(Math.min(IMMENSE, steps * factor), Math.min(IMMENSE, patternSteps * factor));
        }

        Sum max(Sum other) {
            return new Sum(Math.max(steps, other.steps), Math.max(patternSteps, other.patternSteps));
        }

        static String text(long steps) {
            return steps >= PatternSize.IMMENSE ? "more than a billion" : String.valueOf(steps);
        }
    }

    /** A pass over the graph of references. Measures each schema once for each number of levels below it. */
    private static final class Measurement {

        /** A longer chain of references would overflow the stack, here and in the validator. */
        private static final int MAX_CHAIN = 400;

        private final SchemaTree tree;

        /** The results by level and schema. The key is not the pointer, because pointers can be long. */
        private final List<IdentityHashMap<JsonNode, Sum>> known = new ArrayList<>();

        Measurement(SchemaTree tree) {
            this.tree = tree;
            for (int levels = 0; levels <= MAX_DEPTH; levels++) {
                known.add(new IdentityHashMap<>());
            }
        }

        Sum sum(String pointer, int levels, int chain) {
            JsonNode schema = tree.at(pointer);
            Sum before = known.get(levels).putIfAbsent(schema, Sum.OPEN);
            if (before != null && before.steps() >= 0) {
                return before;
            }
            if (before != null) {
                throw new InvalidSchemaException(
                        pointer,
                        "must not refer to itself for the same value, because the validation would be endless");
            }
            if (chain > MAX_CHAIN) {
                throw new InvalidSchemaException(
                        pointer, "has a chain of references that is too long. Use fewer references.");
            }
            Sum sum = new Sum(ownSteps(schema), schema.path("pattern").isTextual() ? size(schema.get("pattern")) : 0);
            for (String keyword : List.of("$ref", "$dynamicRef")) {
                if (schema.has(keyword)) {
                    String target = tree.referred(schema, keyword)
                            .orElseThrow(() -> new InvalidSchemaException(
                                    pointer + "/" + keyword, "must refer to a schema in this schema"));
                    sum = sum.plus(sum(target, levels, chain + 1));
                }
            }
            List<SubSchema> subSchemas = tree.subSchemas(pointer);
            for (SubSchema sub : subSchemas) {
                if (sub.isInPlace()) {
                    sum = sum.plus(sum(sub.pointer(), levels, chain + 1));
                }
            }
            if (levels > 0) {
                sum = sum.plus(below(subSchemas, levels - 1, chain + 1));
            }
            if (sum.steps() > MAX_STEPS) {
                // All schemas around this one cost at least as much, so the error does not name a place.
                throw new InvalidSchemaException(
                        "",
                        "must not apply so many rules to one value: it applies " + Sum.text(sum.steps())
                                + " or more, including references, and the limit is " + MAX_STEPS);
            }
            known.get(levels).put(schema, sum);
            return sum;
        }

        /** Returns an upper bound of the work for one member or item and its parts. */
        private Sum below(List<SubSchema> subSchemas, int levels, int chain) {
            Sum property = Sum.NONE;
            Sum patterns = Sum.NONE;
            Sum additional = Sum.NONE;
            Sum names = Sum.NONE;
            Sum item = Sum.NONE;
            Sum other = Sum.NONE;
            for (SubSchema sub : subSchemas) {
                if (!sub.isDescending()) {
                    continue;
                }
                Sum sum = sum(sub.pointer(), sub.keyword().equals("propertyNames") ? 0 : levels, chain);
                switch (sub.keyword()) {
                    case "properties" -> property = property.max(sum);
                    case "patternProperties" ->
                        // additionalProperties matches each pattern again.
                        patterns = patterns.plus(sum).plus(new Sum(2, 2 * PatternSize.of(sub.name())));
                    case "additionalProperties" -> additional = sum;
                    // The validator creates each of its errors again.
                    case "propertyNames" -> names = sum.times(12);
                    case "items", "prefixItems" -> item = item.max(sum);
                    default -> other = other.plus(sum);
                }
            }
            Sum member = property.plus(patterns).max(additional.plus(patterns)).plus(names);
            return member.max(item).plus(other);
        }

        private long size(JsonNode pattern) {
            return PatternSize.of(pattern.textValue());
        }

        /**
         * Returns the work for the keywords of one schema, without its sub-schemas. The weights are rounded-up
         * measurements of json-schema-validator 2.0.8.
         */
        private static long ownSteps(JsonNode schema) {
            long steps = 1;
            long annotations = 0;
            for (Map.Entry<String, JsonNode> member : schema.properties()) {
                JsonNode value = member.getValue();
                switch (member.getKey()) {
                    case "not", "if", "anyOf", "oneOf", "propertyNames" -> steps += 3;
                    case "unevaluatedProperties", "unevaluatedItems" -> steps += 15;
                    case "multipleOf" -> steps += 20;
                    case "format" -> steps += 2;
                    case "uniqueItems" -> steps += 8;
                    case "enum", "const" -> steps += 1 + value.toString().length() / 256;
                    case "required" -> steps += 1 + value.size() / 4;
                    case "properties", "dependentRequired", "dependentSchemas" -> steps += 1 + value.size() / 16;
                    default -> {
                        boolean annotates = SchemaKeywords.ANNOTATIONS.contains(member.getKey())
                                || !SchemaKeywords.isKnown(member.getKey())
                                || member.getKey().startsWith("x-");
                        annotations += annotates ? 1 : 0;
                        steps += annotates ? 0 : 1;
                    }
                }
            }
            return steps + annotations / 8;
        }
    }
}
