package dev.nexus.gateway.capturepage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.nexus.gateway.capturepage.Field.Check;
import dev.nexus.gateway.capturepage.Field.Choice;
import dev.nexus.gateway.capturepage.Field.Group;
import dev.nexus.gateway.capturepage.Field.Kind;
import dev.nexus.gateway.capturepage.Field.Option;
import dev.nexus.gateway.capturepage.Field.Place;
import dev.nexus.gateway.capturepage.Field.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A form made from a credential schema. It shows what the schema's properties say; everything else (conditions,
 * alternatives) is left to the Broker, which alone decides whether the credentials follow the schema.
 *
 * @param fields in the schema's order
 * @param complete false where the schema requires something that a form cannot ask for, such as a list, or holds more than
 *     {@value #MAX_PARTS} properties and choices, or {@value #MAX_CHARACTERS} characters, once its references are followed
 */
record CredentialForm(List<Field> fields, boolean complete) {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();
    private static final int MAX_DEPTH = 4;
    private static final int MAX_REFERENCES = 8;

    /** References that lead back to where they stand would make a form of any size from a schema of some lines. */
    private static final int MAX_PARTS = 1_000;

    /** Eight times the longest schema: only references that repeat a long text, or a long name in pointers, need more. */
    private static final int MAX_CHARACTERS = 8 * 32 * 1024;

    /** Longer ones are checked by the Broker alone. */
    private static final int MAX_PATTERN = 300;

    private static final int MAX_LABEL = 120;
    private static final int MAX_HELP = 1_000;
    private static final List<String> TYPES = List.of("string", "boolean", "integer", "number", "object");
    private static final List<String> LIMITS = List.of(
            "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf");

    static CredentialForm of(String schema) {
        try {
            Reading reading = new Reading(JSON.readTree(schema));
            List<Field> fields = reading.fields(reading.root, "/credentials", 1);
            // The last part may be the one that is too long.
            boolean complete = !reading.isTooMuch(0) && reading.complete;
            return new CredentialForm(fields, complete);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("the Broker holds schemas that can be read");
        }
    }

    /** The field, of this form or of a group in it, that {@code pointer} points at. */
    Optional<Field> at(String pointer) {
        return at(fields, pointer);
    }

    private static Optional<Field> at(List<Field> fields, String pointer) {
        for (Field field : fields) {
            if (field.place().pointer().equals(pointer)) {
                return Optional.of(field);
            }
            if (field instanceof Group group) {
                Optional<Field> within = at(group.fields(), pointer);
                if (within.isPresent()) {
                    return within;
                }
            }
        }
        return Optional.empty();
    }

    /** One pass over a schema. */
    private static final class Reading {

        private final JsonNode root;
        private int ids;
        private int parts;
        private int characters;
        private boolean complete = true;

        Reading(JsonNode root) {
            this.root = root;
        }

        List<Field> fields(JsonNode schema, String pointer, int depth) {
            List<Field> fields = new ArrayList<>();
            Set<String> required = required(schema);
            for (Map.Entry<String, JsonNode> property :
                    schema.path("properties").properties()) {
                if (isTooMuch(1)) {
                    return fields;
                }
                boolean needed = required.remove(property.getKey());
                Optional<Field> field = field(property.getKey(), resolved(property.getValue()), pointer, needed, depth);
                field.ifPresent(fields::add);
                complete &= field.isPresent() || !needed;
            }
            // What is required without a word about it.
            for (String name : required) {
                if (isTooMuch(1)) {
                    return fields;
                }
                fields.add(
                        new Text(place(name, MissingNode.getInstance(), pointer, true), Kind.TEXT, Map.of(), "", ""));
            }
            return fields;
        }

        /** Counts what is looked at, kept or not. */
        private boolean isTooMuch(int more) {
            parts += more;
            boolean tooMuch = parts > MAX_PARTS || characters > MAX_CHARACTERS;
            complete &= !tooMuch;
            return tooMuch;
        }

        /**
         * Counts the characters of a text that is worked on. A part may go over the limit, by no more than a schema's
         * length or its pointer's; the next one is not begun.
         */
        private String counted(String text) {
            characters += text.length();
            return text;
        }

        private Set<String> required(JsonNode schema) {
            Set<String> required = new LinkedHashSet<>();
            // Names that are empty or repeated cost time too.
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
            if (isTooMuch(schema.path("enum").size() + schema.path("oneOf").size())) {
                return Optional.empty();
            }
            Optional<List<Option>> options = options(schema);
            if (options.isPresent()) {
                Place place = place(name, schema, pointer, required);
                return Optional.of(new Choice(place, options.get(), initial(options.get(), schema)));
            }
            return switch (type(schema)) {
                case "string" -> Optional.of(text(place(name, schema, pointer, required), schema, stringKind(schema)));
                case "integer" -> Optional.of(text(place(name, schema, pointer, required), schema, Kind.INTEGER));
                case "number" -> Optional.of(text(place(name, schema, pointer, required), schema, Kind.NUMBER));
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

        /** The first type that a form can ask for; a schema that names none takes a string as well. */
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

        private static Kind stringKind(JsonNode schema) {
            return schema.path("format").asText().equals("password") ? Kind.SECRET : Kind.TEXT;
        }

        private Text text(Place place, JsonNode schema, Kind kind) {
            Map<String, String> limits = new LinkedHashMap<>();
            for (String limit : LIMITS) {
                if (schema.path(limit).isNumber()) {
                    limits.put(limit, counted(schema.path(limit).asText()));
                }
            }
            JsonNode initial = schema.path("default");
            return new Text(
                    place,
                    kind,
                    limits,
                    kind == Kind.TEXT || kind == Kind.SECRET ? pattern(schema) : "",
                    kind == Kind.SECRET || !initial.isValueNode() ? "" : offered(initial.asText()));
        }

        private String pattern(JsonNode schema) {
            String pattern = schema.path("pattern").asText("");
            return pattern.length() > MAX_PATTERN ? "" : counted(pattern);
        }

        /** A default that is longer is not offered: half of it would be another value. */
        private String offered(String initial) {
            return initial.length() > MAX_HELP ? "" : counted(initial);
        }

        /** What an enum, a const, or a list of titled constants (oneOf) lets choose from. */
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
            // Counted where a title stands for it too: it is compared with the default.
            String written = counted(value.isTextual() ? value.textValue() : value.toString());
            return new Option(value, PlainText.of(title.isEmpty() ? written : counted(title), MAX_LABEL));
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
            String title = PlainText.of(counted(schema.path("title").asText("")), MAX_LABEL);
            String plainName = PlainText.of(name, MAX_LABEL);
            String id = "f" + ids++;
            return new Place(
                    id,
                    name,
                    counted(pointer + "/" + name.replace("~", "~0").replace("/", "~1")),
                    !title.isEmpty() ? title : !plainName.isEmpty() ? plainName : id,
                    PlainText.of(counted(schema.path("description").asText("")), MAX_HELP),
                    required);
        }
    }
}
