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
 * What a schema may cost, computed from its text before anything of it is compiled.
 *
 * @param steps upper bound of the work that one value of a credential causes, in steps of about one microsecond. References
 *     are followed: a sub-schema counts as often as it is applied to the same value, on the most expensive path down
 *     through the levels that a credential may have
 * @param patternSteps the same for the program sizes of the patterns, see {@link PatternSize}
 * @param bytes about the memory that the compiled schema takes
 */
record SchemaCost(long steps, long patternSteps, long bytes) {

    /** Ordinary schemas take 15 to 60. */
    static final long MAX_STEPS = 500;

    /** RE2's own limit, a thousand repetitions of one class, fits. */
    static final long MAX_PATTERN_SIZE = 3_200;

    static final long MAX_PATTERN_SIZES = 6_400;
    static final int MAX_SUB_SCHEMAS = 1_000;

    /** Levels below the credential's own object, see CapturedTree. */
    private static final int MAX_DEPTH = 31;

    private static final long BYTES_PER_SUB_SCHEMA = 2_000;
    private static final long BYTES_PER_INSTRUCTION = 100;
    private static final long BYTES_PER_CHARACTER = 16;

    /**
     * Measures a schema.
     *
     * @throws InvalidSchemaException if a reference leads nowhere or back to the same value without end, a pattern is not
     *     RE2's, or a limit is exceeded
     */
    static SchemaCost of(SchemaTree tree) {
        if (tree.schemas().size() > MAX_SUB_SCHEMAS) {
            throw new InvalidSchemaException("", "must hold at most " + MAX_SUB_SCHEMAS + " sub-schemas");
        }
        long sizes = patternSizes(tree);
        Sum sum = new Measuring(tree).sum("", MAX_DEPTH, 0);
        long characters = tree.at("").toString().length();
        return new SchemaCost(
                sum.steps(),
                sum.patternSteps(),
                tree.schemas().size() * BYTES_PER_SUB_SCHEMA
                        + sizes * BYTES_PER_INSTRUCTION
                        + characters * BYTES_PER_CHARACTER);
    }

    /** Reports each pattern that is too large or not RE2's; compiles none unless all are small, also together. */
    static void patternProblems(SchemaTree tree, Problems problems) {
        Problems found = new Problems();
        collecting(tree, found, SchemaCost::patternSize);
        if (found.isEmpty()) {
            try {
                sumOfSizes(tree);
                collecting(tree, found, SchemaCost::compile);
            } catch (InvalidSchemaException e) {
                found.add(e.pointer(), e.rule());
            }
        }
        problems.addAll("", found);
    }

    private static void collecting(SchemaTree tree, Problems found, BiConsumer<String, String> check) {
        patterns(tree, (pointer, pattern) -> {
            try {
                check.accept(pointer, pattern);
            } catch (InvalidSchemaException e) {
                found.add(e.pointer(), e.rule());
            }
        });
    }

    private static long patternSizes(SchemaTree tree) {
        long sizes = sumOfSizes(tree);
        patterns(tree, SchemaCost::compile);
        return sizes;
    }

    private static long sumOfSizes(SchemaTree tree) {
        AtomicLong sizes = new AtomicLong();
        patterns(tree, (pointer, pattern) -> sizes.addAndGet(patternSize(pointer, pattern)));
        if (sizes.get() > MAX_PATTERN_SIZES) {
            throw new InvalidSchemaException(
                    "",
                    "must have smaller or fewer patterns: together about " + sizes + " instructions, at most "
                            + MAX_PATTERN_SIZES);
        }
        return sizes.get();
    }

    private static void patterns(SchemaTree tree, BiConsumer<String, String> work) {
        tree.schemas().forEach((at, schema) -> {
            if (schema.path("pattern").isTextual()) {
                work.accept(at + "/pattern", schema.get("pattern").textValue());
            }
            schema.path("patternProperties")
                    .fieldNames()
                    .forEachRemaining(pattern -> work.accept(at + "/patternProperties", pattern));
        });
    }

    /** Estimates, and compiles nothing. */
    private static long patternSize(String pointer, String pattern) {
        long size = PatternSize.of(pattern);
        if (size > MAX_PATTERN_SIZE) {
            throw new InvalidSchemaException(
                    pointer,
                    "must be a smaller pattern: with repetitions counted about " + Sum.text(size)
                            + " instructions, at most " + MAX_PATTERN_SIZE
                            + (size < PatternSize.IMMENSE ? "" : "; write \\[ for a [ within a character class"));
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

    /** Work that one value causes. */
    private record Sum(long steps, long patternSteps) {

        private static final long IMMENSE = 1_000_000_000;
        private static final Sum NONE = new Sum(0, 0);

        /** Stands for one that is being measured. */
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

    /** One pass over the graph of references, each schema once for each number of levels below it. */
    private static final class Measuring {

        /** A longer chain of references would overflow the stack, here and in the validator. */
        private static final int MAX_CHAIN = 400;

        private final SchemaTree tree;

        /** By levels, then by the schema itself: its pointer may be long. */
        private final List<IdentityHashMap<JsonNode, Sum>> known = new ArrayList<>();

        Measuring(SchemaTree tree) {
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
                        pointer, "must not refer to itself for the same value: the validation would not end");
            }
            if (chain > MAX_CHAIN) {
                throw new InvalidSchemaException(pointer, "must be reached through fewer references");
            }
            Sum sum = new Sum(own(schema), schema.path("pattern").isTextual() ? size(schema.get("pattern")) : 0);
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
                // Whatever holds this schema costs as much at least.
                throw new InvalidSchemaException(
                        "",
                        "must not apply so many rules to one value: " + Sum.text(sum.steps())
                                + " or more with references followed, at most " + MAX_STEPS);
            }
            known.get(levels).put(schema, sum);
            return sum;
        }

        /** The work for one member or item, and what is below it, at most. */
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
                        // additionalProperties asks each pattern again.
                        patterns = patterns.plus(sum).plus(new Sum(2, 2 * PatternSize.of(sub.name())));
                    case "additionalProperties" -> additional = sum;
                    // The validator makes each of its errors anew.
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

        /** The keywords of one schema, without its sub-schemas. Weights are rounded up from measurements with json-schema-validator 2.0.8. */
        private static long own(JsonNode schema) {
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
