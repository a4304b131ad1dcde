package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.format.UriFormat;
import dev.nexus.broker.http.UnicodeText;
import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.strategy.Credential;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A compiled credential schema: JSON Schema 2020-12 and additional rules. It asserts the formats {@code email} and
 * {@code uri}. Rejects unknown top-level members, unless the schema has its own rule for them. The API serves the
 * schema unchanged. Limits apply before the compilation and before each validation, see {@link SchemaCost}.
 * Thread-safe.
 */
public final class CredentialSchema {

    static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    private static final int MAX_DETAILS = 32;

    /**
     * The limit of one validation, with all values and patterns, in steps of about one microsecond.
     * {@link SchemaCost#MAX_STEPS} limits the rules for one value.
     */
    static final long MAX_STEPS = 30_000;

    /** RE2/J's work in one step: instructions times characters. */
    private static final long PATTERN_STEPS_PER_STEP = 25;

    /** Asserts only formats whose violations a user can understand. All other formats are annotations. */
    private static final Dialect ASSERTING = Dialect.builder(DIALECT, Dialects.getDraft202012())
            .formats(formats -> {
                formats.clear();
                formats.put("email", new EmailAddressFormat());
                formats.put("uri", new UriFormat());
            })
            .build();

    private static final SchemaRegistry REGISTRY = SchemaRegistry.withDefaultDialect(
            ASSERTING,
            builder -> builder.schemaRegistryConfig(SchemaRegistryConfig.builder()
                    .formatAssertionsEnabled(true)
                    .regularExpressionFactory(new LinearRegex())
                    .build()));

    private final JsonNode source;
    private final Schema closed;
    private final ViolationText text;
    private final SchemaCost cost;
    private final Set<String> mayBeEmpty;

    private CredentialSchema(JsonNode source, Schema closed, SchemaTree tree, SchemaCost cost, Set<String> mayBeEmpty) {
        this.source = source;
        this.closed = closed;
        this.text = new ViolationText(declared(tree));
        this.cost = cost;
        this.mayBeEmpty = Set.copyOf(mayBeEmpty);
    }

    /**
     * Compiles a schema that {@link SchemaRules} of this or an earlier release has accepted.
     *
     * @param mayBeEmpty required top-level members that may be the empty string
     * @throws InvalidSchemaException if {@link SchemaRules#parse} or {@link SchemaCost#of} refuses the schema, or if it
     *     does not compile
     */
    public static CredentialSchema compile(String json, Set<String> mayBeEmpty) {
        JsonNode source = SchemaRules.parse(json);
        SchemaTree tree = new SchemaTree(source);
        return compile(source, tree, SchemaCost.of(tree), mayBeEmpty);
    }

    static CredentialSchema compile(JsonNode source, SchemaTree tree, SchemaCost cost, Set<String> mayBeEmpty) {
        ObjectNode closedSource = source.deepCopy();
        if (!source.has("additionalProperties") && !source.has("unevaluatedProperties")) {
            closedSource.put("unevaluatedProperties", false);
            // A required member is known even if the schema does not describe it.
            ObjectNode known = closedSource.withObject("/properties");
            source.path("required").forEach(name -> {
                if (!known.has(name.asText())) {
                    known.putObject(name.asText());
                }
            });
        }
        try {
            Schema closed = REGISTRY.getSchema(closedSource);
            closed.initializeValidators();
            closed.validate(JsonNodeFactory.instance.objectNode());
            return new CredentialSchema(source, closed, tree, cost, mayBeEmpty);
        } catch (RuntimeException | StackOverflowError e) {
            // Without the cause, because its message quotes the schema and can be very long.
            throw new InvalidSchemaException("", "cannot be compiled as JSON Schema 2020-12");
        }
    }

    private static Set<String> declared(SchemaTree tree) {
        Set<String> declared = new HashSet<>();
        for (JsonNode schema : tree.schemas().values()) {
            schema.path("properties").fieldNames().forEachRemaining(declared::add);
            schema.path("required").forEach(name -> declared.add(name.asText()));
        }
        return declared;
    }

    /** The approximate memory use in bytes. */
    long bytes() {
        return cost.bytes();
    }

    /**
     * Returns an upper bound of the steps that a check of {@code credential} takes. A step takes about one microsecond.
     */
    long steps(Credential credential) {
        CredentialSize size = CredentialSize.of(credential);
        return cost.steps() * size.weight() + cost.patternSteps() * size.characters() / PATTERN_STEPS_PER_STEP;
    }

    /**
     * Returns the violated rules, at most 32. The result contains no text from the credentials, except names that the
     * schema declares.
     */
    public List<Detail> violations(Credential credential) {
        JsonNode credentials = credential.reveal();
        List<Detail> exceeded = CredentialLimits.violations(credentials);
        if (!exceeded.isEmpty()) {
            // The validator must not see huge numbers or names, so the check ends here.
            return exceeded;
        }
        Optional<Detail> incomplete = UnicodeText.firstIncomplete(credentials).map(text::incomplete);
        if (incomplete.isPresent()) {
            return List.of(incomplete.get());
        }
        long steps = cost.steps() * CredentialSize.of(credential).weight();
        if (steps > MAX_STEPS) {
            return List.of(tooExpensive());
        }
        Set<Detail> violations = new LinkedHashSet<>();
        try {
            LinearRegex.within((MAX_STEPS - steps) * PATTERN_STEPS_PER_STEP, () -> validate(credentials, violations));
        } catch (LinearRegex.ExhaustedException e) {
            return List.of(tooExpensive());
        } catch (RuntimeException | StackOverflowError e) {
            // Rejects the credentials. The cause may quote a value, so it is dropped.
            return List.of(undecidable());
        }
        checkBlanks("/credentials", source, credentials, violations);
        return violations.stream().limit(MAX_DETAILS).toList();
    }

    private void validate(JsonNode credentials, Set<Detail> violations) {
        List<Error> errors = closed.validate(credentials);
        for (Error error : errors) {
            text.of(error).ifPresent(violations::add);
        }
        if (violations.isEmpty() && !errors.isEmpty()) {
            // ViolationText omitted all errors: a declared member is in the wrong place, such as at the top level.
            violations.add(ViolationText.unknownMember("/credentials"));
        }
    }

    /** The violation for a schema whose validation fails with an exception. */
    static Detail undecidable() {
        return new Detail(
                "/credentials",
                "schema",
                "could not be checked: the provider's schema cannot be evaluated for these credentials");
    }

    private static Detail tooExpensive() {
        return new Detail(
                "/credentials",
                "checkCost",
                "must contain fewer or shorter values: the check against the provider's schema takes too many steps");
    }

    private void checkBlanks(String pointer, JsonNode schema, JsonNode value, Set<Detail> violations) {
        for (JsonNode name : schema.path("required")) {
            JsonNode member = value.path(name.asText());
            boolean allowed = pointer.equals("/credentials")
                    && mayBeEmpty.contains(name.asText())
                    && member.asText().isEmpty();
            if (member.isTextual()
                    && !allowed
                    && member.textValue().codePoints().allMatch(CredentialSchema::isBlank)) {
                String at = pointer + "/" + ViolationText.escape(name.asText());
                violations.add(new Detail(at, "notBlank", "must contain a non-blank character"));
            }
        }
        for (Map.Entry<String, JsonNode> part : schema.path("properties").properties()) {
            if (value.path(part.getKey()).isObject()) {
                String at = pointer + "/" + ViolationText.escape(part.getKey());
                checkBlanks(at, part.getValue(), value.path(part.getKey()), violations);
            }
        }
    }

    /**
     * Returns true for white space of any script, control characters, and format characters such as the zero-width
     * space.
     */
    private static boolean isBlank(int codePoint) {
        return Character.isWhitespace(codePoint)
                || Character.isSpaceChar(codePoint)
                || Character.isISOControl(codePoint)
                || Character.getType(codePoint) == Character.FORMAT;
    }
}
