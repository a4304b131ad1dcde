package dev.nexus.broker.provider.catalogue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.nexus.broker.provider.ProviderReference;
import dev.nexus.broker.provider.definition.DefinitionReader;
import dev.nexus.broker.provider.definition.InvalidProviderException;
import dev.nexus.broker.provider.definition.Problems;
import dev.nexus.broker.provider.definition.ProviderDefinition;
import java.util.Iterator;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The form of one catalogue file: a YAML mapping whose every field is checked. Described for editors by
 * catalogue/entry.schema.json.
 */
final class CatalogueFile {

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final Set<String> OWN_FIELDS = Set.of("id", "revision", "slug");

    private final String file;
    private final JsonNode entry;

    private CatalogueFile(String file, JsonNode entry) {
        this.file = file;
        this.entry = entry;
    }

    /**
     * Reads one entry.
     *
     * @param file its name, for messages
     * @param tenant whose own provider it is; null for everybody's
     * @throws CatalogueException naming the file, the field and the rule
     */
    static CatalogueEntry parse(String file, @Nullable String tenant, String yaml) {
        JsonNode entry;
        try {
            entry = YAML.readTree(yaml);
        } catch (JsonProcessingException e) {
            throw new CatalogueException(file, "must be one YAML mapping without a key twice", e);
        }
        if (!entry.isObject()) {
            throw new CatalogueException(file, "", "must be a YAML mapping");
        }
        return new CatalogueFile(file, entry).entry(tenant);
    }

    private CatalogueEntry entry(@Nullable String tenant) {
        for (Iterator<String> names = entry.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!OWN_FIELDS.contains(name) && !DefinitionReader.FIELDS.contains(name)) {
                throw refused("/" + name, "is not a field of a catalogue entry");
            }
        }
        return new CatalogueEntry(file, id(), revision(), tenant, slug(), definition());
    }

    private UUID id() {
        return ProviderReference.uuid(text("id")).orElseThrow(() -> refused("/id", "must be a UUID"));
    }

    private int revision() {
        JsonNode revision = entry.path("revision");
        if (!revision.isInt() || revision.intValue() < 1) {
            throw refused("/revision", "must be a whole number of 1 or more");
        }
        return revision.intValue();
    }

    private String slug() {
        String slug = text("slug");
        if (!ProviderReference.isSlug(slug)) {
            throw refused("/slug", "must match [a-z0-9][a-z0-9-]{0,62} and not be a UUID");
        }
        return slug;
    }

    private ProviderDefinition definition() {
        try {
            return DefinitionReader.read(entry, text("credential_schema"), new Problems());
        } catch (InvalidProviderException e) {
            throw new CatalogueException(file, e.problems());
        }
    }

    private String text(String field) {
        JsonNode value = entry.path(field);
        if (!value.isTextual()) {
            throw refused("/" + field, "must be a string");
        }
        return value.textValue();
    }

    private CatalogueException refused(String pointer, String rule) {
        return new CatalogueException(file, pointer, rule);
    }
}
