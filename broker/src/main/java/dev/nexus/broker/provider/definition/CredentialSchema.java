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
 * A credential schema, compiled: JSON Schema 2020-12 and the rules beyond it. Of the values of {@code format},
 * {@code email} and {@code uri} are asserted. What is
 * compiled is closed against unknown members where the schema itself does not speak of them; what is served stays as it
 * was registered. Its cost is bounded before it is compiled and before each validation, see {@link SchemaCost}. Safe for use
 * by several threads.
 */
public final class CredentialSchema {

    static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    private static final int MAX_DETAILS = 32;

    /** Steps of about one microsecond that one validation may take. */
    static final long MAX_STEPS = 30_000;

    /** Instructions times characters that RE2/J runs in one step. */
    private static final long PATTERN_STEPS_PER_STEP = 25;

    /** JSON Schema 2020-12 that asserts the formats of which a user can be told what is wrong; others are annotations. */
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
     * Compiles a schema that {@link SchemaRules} has accepted, perhaps an earlier release's.
     *
     * @param mayBeEmpty top-level members that may be the empty string although the schema requires them
     * @throws InvalidSchemaException if its cost is beyond the limits, or it does not compile
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
            // What the schema requires it knows, though it may say no more of it.
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
            // Its message quotes the schema at a length that the author chooses.
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

    /** About the memory that this takes, in bytes. */
    long bytes() {
        return cost.bytes();
    }

    /** Upper bound of the steps needed to check {@code credential}. A step takes about one microsecond. */
    long steps(Credential credential) {
        CredentialSize size = CredentialSize.of(credential);
        return cost.steps() * size.weight() + cost.patternSteps() * size.characters() / PATTERN_STEPS_PER_STEP;
    }

    /** The violated rules, at most 32; empty where the credentials are good. No text in it comes from the credentials. */
    public List<Detail> violations(Credential credential) {
        JsonNode credentials = credential.reveal();
        List<Detail> beyond = CredentialLimits.violations(credentials);
        if (!beyond.isEmpty()) {
            // Not validated any further: an immense number or name is what the limits keep from the validator.
            return beyond;
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
            // What the validator cannot decide is not accepted. The cause may quote the value, so it goes nowhere.
            return List.of(undecidable());
        }
        blanks("/credentials", source, credentials, violations);
        return violations.stream().limit(MAX_DETAILS).toList();
    }

    private void validate(JsonNode credentials, Set<Detail> violations) {
        List<Error> errors = closed.validate(credentials);
        for (Error error : errors) {
            text.of(error).ifPresent(violations::add);
        }
        if (violations.isEmpty() && !errors.isEmpty()) {
            // What would be a follow-up stands alone: a member out of its place, as a nested one at the top.
            violations.add(ViolationText.unknownMember("/credentials"));
        }
    }

    /** The answer for a schema whose validation has no result. */
    static Detail undecidable() {
        return new Detail("/credentials", "schema", "cannot be decided by the schema");
    }

    private static Detail tooExpensive() {
        return new Detail(
                "/credentials",
                "checkCost",
                "must hold fewer or shorter values: checking them against the provider's schema takes too many steps");
    }

    private void blanks(String pointer, JsonNode schema, JsonNode value, Set<Detail> violations) {
        for (JsonNode name : schema.path("required")) {
            JsonNode member = value.path(name.asText());
            boolean allowed = pointer.equals("/credentials")
                    && mayBeEmpty.contains(name.asText())
                    && member.asText().isEmpty();
            if (member.isTextual()
                    && !allowed
                    && member.textValue().codePoints().allMatch(CredentialSchema::isBlank)) {
                String at = pointer + "/" + ViolationText.escape(name.asText());
                violations.add(new Detail(at, "notBlank", "must hold a non-blank character"));
            }
        }
        for (Map.Entry<String, JsonNode> part : schema.path("properties").properties()) {
            if (value.path(part.getKey()).isObject()) {
                String at = pointer + "/" + ViolationText.escape(part.getKey());
                blanks(at, part.getValue(), value.path(part.getKey()), violations);
            }
        }
    }

    /** White space of any script, controls, and invisible format characters such as the zero-width space. */
    private static boolean isBlank(int codePoint) {
        return Character.isWhitespace(codePoint)
                || Character.isSpaceChar(codePoint)
                || Character.isISOControl(codePoint)
                || Character.getType(codePoint) == Character.FORMAT;
    }
}
