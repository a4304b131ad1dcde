package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Texts and hints for the hosted page that are not in the provider's credential schema. entry.schema.json describes
 * their JSON form.
 *
 * @param language BCP 47 tag of the provider's texts, or empty if it is not known
 * @param fields the hints. The key is the name of the schema's property
 */
public record PageHints(Optional<String> language, Map<String, FieldHint> fields) {

    /** No hints. */
    public static final PageHints NONE = new PageHints(Optional.empty(), Map.of());

    private static final JsonMapper JSON = new JsonMapper();

    public PageHints {
        fields = Map.copyOf(fields);
    }

    /**
     * The hints for one field.
     *
     * @param title 1–120 characters, or null to use the schema's text
     * @param help 1–1,000 characters, or null to use the schema's text
     * @param link see {@link HttpsLink}, or null for no link
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

    /**
     * Parses the stored JSON. Returns {@link #NONE} for null.
     *
     * @throws IllegalStateException if {@code json} does not have this form
     */
    public static PageHints parse(@Nullable String json) {
        if (json == null) {
            return NONE;
        }
        try {
            return JSON.readValue(json, PageHints.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored page does not have the form that this release requires", e);
        }
    }
}
