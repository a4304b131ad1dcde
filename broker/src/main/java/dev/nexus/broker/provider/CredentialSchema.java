package dev.nexus.broker.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.format.UriFormat;
import dev.nexus.broker.web.UnicodeText;
import dev.nexus.contracts.ErrorBody.Detail;
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
 * was registered. Safe for use by several threads.
 */
final class CredentialSchema {

    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";
    private static final int MAX_DETAILS = 32;
    private static final int MAX_DEPTH = 32;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
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
    // Its own patterns are trusted, and not all of them are RE2's.
    private static final Schema META_SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SchemaLocation.of(DIALECT));

    private final JsonNode source;
    private final Schema closed;
    private final ViolationText text;

    private CredentialSchema(JsonNode source, Schema closed, Set<String> declared) {
        this.source = source;
        this.closed = closed;
        this.text = new ViolationText(declared);
    }

    /**
     * Checks and compiles a schema.
     *
     * @throws InvalidSchemaException where it is not an object schema of JSON Schema 2020-12, refers to anything outside
     *     itself, or holds a pattern that does not run in linear time
     */
    static CredentialSchema compile(String json) {
        JsonNode source = parse(json);
        if (!"object".equals(source.path("type").textValue())) {
            throw new InvalidSchemaException("/type", "must be object");
        }
        if (source.has("$schema") && !DIALECT.equals(source.get("$schema").textValue())) {
            throw new InvalidSchemaException("/$schema", "must be " + DIALECT);
        }
        Set<String> declared = new HashSet<>();
        inspect("", source, declared, 1);
        for (Error error : META_SCHEMA.validate(source)) {
            throw new InvalidSchemaException(
                    ViolationText.pointer(error.getInstanceLocation()), "is not valid under the JSON Schema 2020-12");
        }

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
            closed.validate(JSON.createObjectNode());
            return new CredentialSchema(source, closed, declared);
        } catch (SchemaException | StackOverflowError e) {
            throw new InvalidSchemaException("", "must have references that resolve within it, and not without end");
        }
    }

    /** The top-level members that the schema describes. */
    Set<String> members() {
        Set<String> members = new LinkedHashSet<>();
        source.path("properties").fieldNames().forEachRemaining(members::add);
        return members;
    }

    /** The violated rules, at most 32; empty where the credentials are good. No text in it comes from the credentials. */
    List<Detail> violations(JsonNode credentials) {
        List<Detail> beyond = CredentialLimits.violations(credentials);
        if (!beyond.isEmpty()) {
            // Not validated any further: an immense number or name is what the limits keep from the validator.
            return beyond;
        }
        Optional<Detail> incomplete = UnicodeText.firstIncomplete(credentials).map(text::incomplete);
        if (incomplete.isPresent()) {
            return List.of(incomplete.get());
        }
        Set<Detail> violations = new LinkedHashSet<>();
        try {
            List<Error> errors = closed.validate(credentials);
            for (Error error : errors) {
                text.of(error).ifPresent(violations::add);
            }
            if (violations.isEmpty() && !errors.isEmpty()) {
                // What would be a follow-up stands alone: a member out of its place, as a nested one at the top.
                violations.add(ViolationText.unknownMember("/credentials"));
            }
        } catch (RuntimeException | StackOverflowError e) {
            // What the validator cannot decide is not accepted. The cause may quote the value, so it goes nowhere.
            return List.of(new Detail("/credentials", "schema", "cannot be decided by the schema"));
        }
        blanks("/credentials", source, credentials, violations);
        return violations.stream().limit(MAX_DETAILS).toList();
    }

    private static JsonNode parse(String json) {
        try {
            JsonNode node = JSON.readTree(json);
            if (node.isObject()) {
                return node;
            }
        } catch (JsonProcessingException e) {
            throw new InvalidSchemaException("", "must be one JSON object without a key twice");
        }
        throw new InvalidSchemaException("", "must be one JSON object without a key twice");
    }

    /** Refuses what reaches outside the schema or is unsafe to run, and collects the member names that it declares. */
    private static void inspect(String pointer, JsonNode node, Set<String> declared, int depth) {
        if (depth > MAX_DEPTH) {
            throw new InvalidSchemaException(pointer, "is nested deeper than 32");
        }
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            String at = pointer + "/" + ViolationText.escape(member.getKey());
            JsonNode value = member.getValue();
            switch (member.getKey()) {
                case "$ref", "$dynamicRef" -> {
                    if (value.isTextual() && !value.textValue().startsWith("#")) {
                        throw new InvalidSchemaException(at, "must refer to a place in the schema itself");
                    }
                }
                case "$id" -> {
                    if (value.isTextual()) {
                        throw new InvalidSchemaException(at, "is not taken: a credential schema stands alone");
                    }
                }
                case "pattern" -> {
                    if (value.isTextual()) {
                        requireLinear(at, value.textValue());
                    }
                }
                case "patternProperties" -> value.fieldNames().forEachRemaining(name -> requireLinear(at, name));
                case "properties" -> value.fieldNames().forEachRemaining(declared::add);
                case "required" -> value.forEach(name -> declared.add(name.asText()));
                default -> {}
            }
            inspect(at, value, declared, depth + 1);
        }
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                inspect(pointer + "/" + i, node.get(i), declared, depth + 1);
            }
        }
    }

    private static void requireLinear(String pointer, String pattern) {
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            throw new InvalidSchemaException(
                    pointer, "must be a pattern in RE2 syntax (no look-around, no back reference)");
        }
    }

    private static void blanks(String pointer, JsonNode schema, JsonNode value, Set<Detail> violations) {
        for (JsonNode name : schema.path("required")) {
            JsonNode member = value.path(name.asText());
            if (member.isTextual() && member.textValue().codePoints().allMatch(CredentialSchema::isBlank)) {
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
