package dev.nexus.broker.provider.catalogue;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.nexus.broker.http.UnicodeText;
import dev.nexus.broker.provider.definition.DefinitionReader;
import dev.nexus.broker.provider.definition.DefinitionSchema;
import dev.nexus.broker.provider.definition.InvalidProviderException;
import dev.nexus.broker.provider.definition.ProviderDefinition;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Parses a catalogue file: one YAML mapping with the fields of catalogue/entry.schema.json. */
final class CatalogueFile {

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private CatalogueFile() {}

    /**
     * Parses one catalogue file.
     *
     * @param file the file's name or path, for messages
     * @param tenant the owner, or null for a global provider
     * @throws CatalogueException if the file is invalid. The message names the file, and at most 32 broken rules
     *     with their fields, or the line and column of a syntax error
     */
    static CatalogueEntry parse(String file, @Nullable String tenant, String yaml) {
        JsonNode document;
        try {
            document = YAML.readTree(yaml);
        } catch (JsonProcessingException malformed) {
            // Without the cause: its message quotes the file.
            throw new CatalogueException(
                    file, place(malformed.getLocation()), "must be one YAML mapping without duplicate keys");
        }
        if (!(document instanceof ObjectNode entry)) {
            throw new CatalogueException(file, "", "must be a YAML mapping");
        }
        UnicodeText.firstIncomplete(entry).ifPresent(path -> {
            throw new CatalogueException(file, path.isEmpty() ? "" : "/" + String.join("/", path), UnicodeText.MESSAGE);
        });
        try {
            ProviderDefinition definition = DefinitionReader.read(
                    DefinitionSchema.CATALOGUE_ENTRY,
                    entry,
                    entry.path("credential_schema").asText());
            return new CatalogueEntry(
                    file,
                    UUID.fromString(entry.get("id").textValue()),
                    entry.get("revision").intValue(),
                    tenant,
                    entry.get("slug").textValue(),
                    definition);
        } catch (InvalidProviderException e) {
            throw new CatalogueException(file, e.problems());
        }
    }

    private static String place(@Nullable JsonLocation at) {
        return at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr();
    }
}
