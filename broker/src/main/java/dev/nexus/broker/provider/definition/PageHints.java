package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the capture page shows of a provider beyond its credential schema, which is served as it was registered.
 *
 * @param language BCP 47 tag of the provider's texts; empty if it is not known
 * @param fields by the name of the schema's property
 */
public record PageHints(Optional<String> language, Map<String, FieldHint> fields) {

    /** No hints. */
    public static final PageHints NONE = new PageHints(Optional.empty(), Map.of());

    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> MEMBERS = Set.of("language", "fields");
    private static final Set<String> FIELD_MEMBERS = Set.of("title", "help", "link", "multiline", "secret");
    private static final int MAX_TITLE = 120;
    private static final int MAX_HELP = 1_000;
    private static final int MAX_LINK = 2_048;

    public PageHints {
        fields = Map.copyOf(fields);
    }

    /**
     * What is shown of one field; a null member leaves it to the schema.
     *
     * @param title 1–120 characters
     * @param help 1–1,000 characters
     * @param link see {@link HttpsLink}
     */
    public record FieldHint(
            @Nullable String title,
            @Nullable String help,
            @Nullable String link,
            boolean multiline,
            boolean secret) {}

    /**
     * Reads the JSON form.
     *
     * @param members the schema's properties
     * @throws InvalidProviderException with a pointer into {@code page}
     */
    static PageHints read(JsonNode page, Set<String> members) {
        requireMembers("", page, MEMBERS, "page");
        Map<String, FieldHint> fields = new LinkedHashMap<>();
        JsonNode given = page.path("fields");
        if (!given.isMissingNode() && !given.isObject()) {
            throw new InvalidProviderException("/fields", "must be an object");
        }
        for (Map.Entry<String, JsonNode> field : given.properties()) {
            String at = "/fields/" + ViolationText.escape(field.getKey());
            if (!members.contains(field.getKey())) {
                throw new InvalidProviderException(at, "names a field that is no property of credential_schema");
            }
            fields.put(field.getKey(), field(at, field.getValue()));
        }
        return new PageHints(Optional.ofNullable(language(page)), fields);
    }

    /** Reads what was stored; none for null. */
    public static PageHints parse(@Nullable String json) {
        if (json == null) {
            return NONE;
        }
        try {
            JsonNode page = JSON.readTree(json);
            Set<String> named = new HashSet<>();
            page.path("fields").fieldNames().forEachRemaining(named::add);
            return read(page, named);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored page is not JSON");
        }
    }

    private static @Nullable String language(JsonNode page) {
        String language = text("/language", page.path("language"), MAX_TITLE);
        if (language != null && !language.matches("[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")) {
            throw new InvalidProviderException("/language", "must be a language tag, such as en or pt-BR");
        }
        return language;
    }

    private static FieldHint field(String at, JsonNode hint) {
        requireMembers(at, hint, FIELD_MEMBERS, "a field of page");
        String link = text(at + "/link", hint.path("link"), MAX_LINK);
        if (link != null && !HttpsLink.isValid(link)) {
            throw new InvalidProviderException(at + "/link", HttpsLink.RULE);
        }
        return new FieldHint(
                text(at + "/title", hint.path("title"), MAX_TITLE),
                text(at + "/help", hint.path("help"), MAX_HELP),
                link,
                flag(at + "/multiline", hint.path("multiline")),
                flag(at + "/secret", hint.path("secret")));
    }

    private static void requireMembers(String at, JsonNode object, Set<String> allowed, String what) {
        if (!object.isObject()) {
            throw new InvalidProviderException(at, "must be an object");
        }
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            if (!allowed.contains(member.getKey())) {
                throw new InvalidProviderException(
                        at + "/" + ViolationText.escape(member.getKey()), "is not a member of " + what);
            }
        }
    }

    private static @Nullable String text(String at, JsonNode value, int most) {
        if (value.isMissingNode()) {
            return null;
        }
        if (!value.isTextual()
                || value.textValue().isBlank()
                || value.textValue().length() > most) {
            throw new InvalidProviderException(at, "must be a string of 1 to " + most + " characters, not blank");
        }
        return value.textValue();
    }

    private static boolean flag(String at, JsonNode value) {
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw new InvalidProviderException(at, "must be true or false");
        }
        return value.asBoolean(false);
    }
}
