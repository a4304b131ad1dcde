package dev.nexus.broker.provider;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Converts providers to their JSON in the API. Inserts the stored JSON texts unchanged. */
final class ProviderJson {

    private static final JsonFactory JSON = new JsonFactory();

    private ProviderJson() {}

    /** {@code {"providers": […], "next_cursor"?}}. */
    static String list(List<ListedProvider> providers, @Nullable String nextCursor) {
        return toText(json -> {
            json.writeStartObject();
            json.writeArrayFieldStart("providers");
            for (ListedProvider provider : providers) {
                write(json, provider);
            }
            json.writeEndArray();
            optional(json, "next_cursor", nextCursor);
            json.writeEndObject();
        });
    }

    static String one(RegisteredProvider provider) {
        return toText(json -> write(json, ListedProvider.of(provider)));
    }

    /** Converts a provider that is not stored yet, without an id. */
    static String withoutId(RegisteredProvider provider) {
        return toText(json -> {
            json.writeStartObject();
            writeMembers(json, ListedProvider.of(provider));
            json.writeEndObject();
        });
    }

    private static void write(JsonGenerator json, ListedProvider provider) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", provider.id().toString());
        writeMembers(json, provider);
        json.writeEndObject();
    }

    private static void writeMembers(JsonGenerator json, ListedProvider provider) throws IOException {
        json.writeStringField("slug", provider.slug());
        json.writeStringField("name", provider.name());
        json.writeStringField("auth_type", provider.authType());
        optionalRaw(json, "credential_schema", provider.credentialSchema());
        json.writeNumberField("schema_version", provider.schemaVersion());
        raw(json, "strategy", provider.strategy());
        optional(json, "base_url", provider.baseUrl());
        optionalRaw(json, "allowed_hosts", provider.allowedHosts());
        optional(json, "documentation_url", provider.documentationUrl());
        optionalRaw(json, "verification", provider.verification());
        optionalRaw(json, "page", provider.page());
        json.writeStringField("scope", provider.global() ? "global" : "tenant");
    }

    private static void optionalRaw(JsonGenerator json, String field, @Nullable String text) throws IOException {
        if (text != null) {
            raw(json, field, text);
        }
    }

    private static void raw(JsonGenerator json, String field, String text) throws IOException {
        json.writeFieldName(field);
        json.writeRawValue(text);
    }

    private static void optional(JsonGenerator json, String field, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(field, value);
        }
    }

    private static String toText(Writing writing) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            writing.to(json);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return text.toString();
    }

    private interface Writing {
        void to(JsonGenerator json) throws IOException;
    }
}
