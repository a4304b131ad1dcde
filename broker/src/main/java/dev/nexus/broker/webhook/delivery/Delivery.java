package dev.nexus.broker.webhook.delivery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.nexus.broker.http.Timestamps;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A claimed event that this replica delivers.
 *
 * @param id the value of the header webhook-id, the same at each attempt
 * @param attempt the number of the attempt, from 1. It also identifies the claim
 * @param providerSlug null if the provider was erased
 * @param label empty if the connection has none
 */
record Delivery(
        UUID id,
        int attempt,
        String type,
        OffsetDateTime occurredAt,
        UUID connection,
        String workspaceId,
        UUID provider,
        @Nullable String providerSlug,
        String label,
        String connectionStatus,
        @Nullable UUID replacedBy) {

    private static final JsonFactory JSON = new JsonFactory();

    /**
     * Returns the body. It is the same at each attempt, unless the slug of the provider changes. It never contains a
     * credential.
     */
    String payload() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("type", type);
            json.writeStringField("timestamp", Timestamps.format(occurredAt));
            json.writeObjectFieldStart("data");
            json.writeStringField("connection_id", connection.toString());
            json.writeStringField("workspace_id", workspaceId);
            json.writeObjectFieldStart("provider");
            json.writeStringField("id", provider.toString());
            optional(json, "slug", providerSlug);
            json.writeEndObject();
            optional(json, "label", label.isEmpty() ? null : label);
            json.writeStringField("status", connectionStatus);
            optional(json, "replaced_by", replacedBy == null ? null : replacedBy.toString());
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return text.toString();
    }

    private static void optional(JsonGenerator json, String field, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(field, value);
        }
    }
}
