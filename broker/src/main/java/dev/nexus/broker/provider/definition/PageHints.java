package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The provider's texts on the capture page that are not in its credential schema. Its JSON form is described in
 * entry.schema.json.
 *
 * @param language BCP 47 tag of the provider's texts; empty if it is not known
 * @param fields by the name of the schema's property
 */
public record PageHints(Optional<String> language, Map<String, FieldHint> fields) {

    /** No hints. */
    public static final PageHints NONE = new PageHints(Optional.empty(), Map.of());

    private static final JsonMapper JSON = new JsonMapper();

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

    @JsonCreator
    static PageHints of(
            @JsonProperty("language") @Nullable String language,
            @JsonProperty("fields") @Nullable Map<String, FieldHint> fields) {
        return new PageHints(Optional.ofNullable(language), fields == null ? Map.of() : fields);
    }

    /** Reads what was stored; none for null. */
    public static PageHints parse(@Nullable String json) {
        if (json == null) {
            return NONE;
        }
        try {
            return JSON.readValue(json, PageHints.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored page is not one of this release", e);
        }
    }
}
