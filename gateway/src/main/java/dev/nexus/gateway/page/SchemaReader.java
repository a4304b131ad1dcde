package dev.nexus.gateway.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.nexus.contracts.PresentedField;
import dev.nexus.gateway.page.Field.Check;
import dev.nexus.gateway.page.Field.Choice;
import dev.nexus.gateway.page.Field.Group;
import dev.nexus.gateway.page.Field.Kind;
import dev.nexus.gateway.page.Field.Option;
import dev.nexus.gateway.page.Field.Place;
import dev.nexus.gateway.page.Field.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Converts a credential schema to a form, in one pass. */
final class SchemaReader {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    /** The pointer of the credentials in the request to the Broker. */
    private static final String CREDENTIALS = "/credentials";

    private static final PresentedField NO_HINT = new PresentedField(null, null, null, null, false, false, false);
    private static final int MAX_DEPTH = 4;
    private static final int MAX_REFERENCES = 8;

    /** The maximum number of properties and choices. A short schema with circular references could have a huge form. */
    static final int MAX_PARTS = 1_000;

    /**
     * Eight times the longest schema. Only references that repeat a long text, or long names in pointers, need more.
     */
    static final int MAX_CHARACTERS = 8 * 32 * 1024;

    /** Only the Broker checks longer patterns. */
    private static final int MAX_PATTERN = 300;

    private static final int MAX_LABEL = 120;
    private static final int MAX_HELP = 1_000;
    private static final List<String> TYPES = List.of("string", "boolean", "integer", "number", "object");
    private static final List<String> TEXT_LIMITS = List.of("minLength", "maxLength");
    private static final List<String> NUMBER_LIMITS =
            List.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf");

    private final JsonNode root;
    private final Map<String, PresentedField> hints;
    private int ids;
    private int parts;
    private int characters;
    private boolean complete = true;

    private SchemaReader(JsonNode root, Map<String, PresentedField> hints) {
        this.root = root;
        this.hints = hints;
    }

    /**
     * Reads {@code schema}.
     *
     * @param hints by the name of a property at the top of the schema
     */
    static CredentialForm read(String schema, Map<String, PresentedField> hints) {
        try {
            SchemaReader reader = new SchemaReader(JSON.readTree(schema), hints);
            List<Field> fields = reader.fields(reader.root, CREDENTIALS, 1);
            // The last part may have exceeded the limit.
            boolean complete = !reader.isOverLimit(0) && reader.complete;
            return new CredentialForm(fields, complete, true);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("the Broker sends only schemas that are valid JSON");
        }
    }

    private List<Field> fields(JsonNode schema, String pointer, int depth) {
        List<Field> fields = new ArrayList<>();
        Set<String> required = required(schema);
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            if (isOverLimit(1)) {
                return fields;
            }
            boolean needed = required.remove(property.getKey());
            Optional<Field> field = field(property.getKey(), resolved(property.getValue()), pointer, needed, depth);
            field.ifPresent(fields::add);
            complete &= field.isPresent() || !needed;
        }
        // Required names without a property.
        for (String name : required) {
            if (isOverLimit(1)) {
                return fields;
            }
            fields.add(text(
                    place(name, MissingNode.getInstance(), pointer, true),
                    MissingNode.getInstance(),
                    Kind.TEXT,
                    hint(name, pointer)));
        }
        return fields;
    }

    /** Counts {@code more} properties or choices, and returns whether the form exceeds a limit. */
    private boolean isOverLimit(int more) {
        parts += more;
        boolean overLimit = parts > MAX_PARTS || characters > MAX_CHARACTERS;
        complete &= !overLimit;
        return overLimit;
    }

    /**
     * Counts the characters of {@code text} and returns it. Reading stops at the first part that exceeds the limit, so
     * the excess is at most the length of the schema or of a pointer.
     */
    private String counted(String text) {
        characters += text.length();
        return text;
    }

    private Set<String> required(JsonNode schema) {
        Set<String> required = new LinkedHashSet<>();
        // Empty and repeated names take time too.
        characters += schema.path("required").size();
        schema.path("required").forEach(name -> required.add(counted(name.asText())));
        return required;
    }

    private JsonNode resolved(JsonNode schema) {
        JsonNode resolved = schema;
        for (int i = 0; i < MAX_REFERENCES && resolved.path("$ref").asText().startsWith("#/"); i++) {
            resolved = root.at(counted(resolved.path("$ref").asText()).substring(1));
        }
        return resolved;
    }

    private Optional<Field> field(String name, JsonNode schema, String pointer, boolean required, int depth) {
        if (isOverLimit(schema.path("enum").size() + schema.path("oneOf").size())) {
            return Optional.empty();
        }
        Optional<List<Option>> options = options(schema);
        if (options.isPresent()) {
            Place place = place(name, schema, pointer, required);
            return Optional.of(new Choice(place, options.get(), initial(options.get(), schema)));
        }
        return switch (type(schema)) {
            case "string" ->
                Optional.of(
                        text(place(name, schema, pointer, required), schema, stringKind(schema), hint(name, pointer)));
            case "integer" -> Optional.of(text(place(name, schema, pointer, required), schema, Kind.INTEGER, NO_HINT));
            case "number" -> Optional.of(text(place(name, schema, pointer, required), schema, Kind.NUMBER, NO_HINT));
            case "boolean" ->
                Optional.of(new Check(
                        place(name, schema, pointer, required),
                        schema.path("default").asBoolean(false)));
            case "object" -> depth < MAX_DEPTH ? group(name, schema, pointer, required, depth) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private Optional<Field> group(String name, JsonNode schema, String pointer, boolean required, int depth) {
        Place place = place(name, schema, pointer, required);
        List<Field> fields = fields(schema, place.pointer(), depth + 1);
        return fields.isEmpty() ? Optional.empty() : Optional.of(new Group(place, fields));
    }

    /**
     * Returns the type, or the first type in a list that a form can request. Empty if the list has none. Without a
     * type, a schema with properties is an object, and any other schema is a string.
     */
    private String type(JsonNode schema) {
        JsonNode type = schema.path("type");
        if (type.isMissingNode()) {
            return schema.has("properties") ? "object" : "string";
        }
        if (!type.isArray()) {
            return type.asText();
        }
        characters += type.size();
        for (JsonNode one : type) {
            if (TYPES.contains(one.asText())) {
                return one.asText();
            }
        }
        return "";
    }

    private PresentedField hint(String name, String pointer) {
        return pointer.equals(CREDENTIALS) ? hints.getOrDefault(name, NO_HINT) : NO_HINT;
    }

    private static Kind stringKind(JsonNode schema) {
        String format = schema.path("format").asText();
        if (format.equals("password") || schema.path("writeOnly").asBoolean()) {
            return Kind.SECRET;
        }
        return format.equals("email") ? Kind.EMAIL : format.equals("uri") ? Kind.URI : Kind.TEXT;
    }

    private static boolean isMultiline(JsonNode schema, PresentedField hint) {
        return hint.multiline()
                || schema.path("contentMediaType").isTextual()
                || schema.path("x-multiline").asBoolean();
    }

    private Text text(Place place, JsonNode schema, Kind schemaKind, PresentedField hint) {
        Kind kind = hint.secret() ? Kind.SECRET : schemaKind;
        Map<String, String> limits = new LinkedHashMap<>();
        boolean isNumber = kind == Kind.INTEGER || kind == Kind.NUMBER;
        for (String limit : isNumber ? NUMBER_LIMITS : TEXT_LIMITS) {
            if (schema.path(limit).isNumber()) {
                limits.put(limit, counted(schema.path(limit).asText()));
            }
        }
        String pattern = schema.path("pattern").asText("");
        if (!isNumber && pattern.length() <= MAX_PATTERN) {
            limits.put("pattern", counted(pattern));
        }
        JsonNode initial = schema.path("default");
        return new Text(
                place,
                kind,
                (kind == Kind.TEXT || kind == Kind.SECRET) && isMultiline(schema, hint),
                hint.suffix(),
                limits,
                kind == Kind.SECRET || !initial.isValueNode() ? "" : shownDefault(initial.asText()),
                hint.mayBeEmpty()
                        && !schema.has("pattern")
                        && schema.path("minLength").asInt() == 0);
    }

    /** The default to show. Empty for a long one, because a part of it would be another value. */
    private String shownDefault(String initial) {
        return initial.length() > MAX_HELP ? "" : counted(initial);
    }

    /** The options of an enum, a const, or a list of titled constants (oneOf). Empty if the schema has none of them. */
    private Optional<List<Option>> options(JsonNode schema) {
        List<Option> options = new ArrayList<>();
        if (schema.has("const")) {
            options.add(option(schema.get("const"), ""));
        } else if (schema.path("enum").isArray()) {
            schema.get("enum").forEach(value -> options.add(option(value, "")));
        } else {
            for (JsonNode one : schema.path("oneOf")) {
                if (!one.has("const")) {
                    return Optional.empty();
                }
                options.add(option(one.get("const"), one.path("title").asText("")));
            }
        }
        return options.isEmpty() ? Optional.empty() : Optional.of(options);
    }

    private Option option(JsonNode value, String title) {
        // The value is counted even if it has a title, because it is compared with the default.
        String valueText = counted(value.isTextual() ? value.textValue() : value.toString());
        return new Option(value, PlainText.of(title.isEmpty() ? valueText : counted(title), MAX_LABEL));
    }

    private static int initial(List<Option> options, JsonNode schema) {
        for (int i = 0; i < options.size(); i++) {
            if (options.get(i).value().equals(schema.path("default"))) {
                return i;
            }
        }
        return options.size() == 1 ? 0 : -1;
    }

    private Place place(String name, JsonNode schema, String pointer, boolean required) {
        PresentedField hint = hint(name, pointer);
        String title = PlainText.of(counted(shown(hint.title(), schema.path("title"))), MAX_LABEL);
        String plainName = PlainText.of(name, MAX_LABEL);
        String link = hint.link();
        String id = "f" + ids++;
        return new Place(
                id,
                name,
                counted(pointer + "/" + name.replace("~", "~0").replace("/", "~1")),
                !title.isEmpty() ? title : !plainName.isEmpty() ? plainName : id,
                PlainText.of(counted(shown(hint.help(), schema.path("description"))), MAX_HELP),
                link != null && link.startsWith("https://") ? counted(link) : "",
                required);
    }

    private static String shown(@Nullable String hint, JsonNode schema) {
        return hint == null ? schema.asText("") : hint;
    }
}
