package dev.nexus.gateway.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nexus.contracts.ConnectionRequest;
import dev.nexus.contracts.ErrorBody;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import dev.nexus.runtime.InvalidJson;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses and checks the body of request-connection. An error names the rule and, if one field breaks the rule, the
 * field. An unknown field is named only if its name is like an identifier. An error never contains a value.
 */
final class ConnectionForm {

    private static final Set<String> FIELDS =
            Set.of("workspace_id", "provider_id", "return_url", "label", "display_name");
    private static final Pattern HARMLESS_NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final Pattern SLUG = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern UUID =
            Pattern.compile("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}");
    private static final int MAX_WORKSPACE = 255;
    private static final int MAX_NAME = 100;
    private static final int MAX_DEPTH = 32;

    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ConnectionForm() {}

    /** @throws ApiException invalid_request */
    static ConnectionRequest parse(byte[] body) {
        JsonNode form = read(body);
        if (!form.isObject()) {
            throw notAnObject();
        }
        form.fieldNames().forEachRemaining(ConnectionForm::refuseUnknown);
        String workspace = text(form, "workspace_id");
        if (length(workspace) < 1 || length(workspace) > MAX_WORKSPACE || !isPlain(workspace)) {
            throw invalid(
                    "/workspace_id",
                    "format",
                    "`workspace_id` must be 1–255 characters, without control characters, and without white space at"
                            + " the beginning and the end.");
        }
        String provider = text(form, "provider_id");
        if (!SLUG.matcher(provider).matches() && !UUID.matcher(provider).matches()) {
            throw invalid("/provider_id", "format", "`provider_id` must be a UUID or a slug: [a-z0-9][a-z0-9-]{0,62}.");
        }
        return new ConnectionRequest(
                workspace, provider, text(form, "return_url"), name(form, "label"), name(form, "display_name"));
    }

    private static JsonNode read(byte[] body) {
        try {
            // Jackson does not decode the bytes, because it would guess the encoding and accept UTF-16.
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            JsonNode form = JSON.readTree(text);
            if (form == null || form.isMissingNode()) {
                throw notAnObject();
            }
            return form;
        } catch (CharacterCodingException notUtf8) {
            throw invalid("", "encoding", "The request body is not UTF-8. Encode it as UTF-8.");
        } catch (JsonProcessingException malformed) {
            throw InvalidJson.of(malformed);
        }
    }

    private static void refuseUnknown(String name) {
        if (!FIELDS.contains(name)) {
            boolean harmless = HARMLESS_NAME.matcher(name).matches();
            throw invalid(
                    harmless ? "/" + name : "",
                    "unknown",
                    (harmless ? "`" + name + "`: unknown field." : "The request body has an unknown field.")
                            + " Remove it, or use one of workspace_id, provider_id, return_url, label, display_name.");
        }
    }

    private static String text(JsonNode form, String field) {
        JsonNode value = form.get(field);
        if (value == null || !value.isTextual()) {
            throw invalid(
                    "/" + field, value == null ? "required" : "type", "`" + field + "` must be given as a string.");
        }
        return value.textValue();
    }

    private static @Nullable String name(JsonNode form, String field) {
        if (!form.has(field)) {
            return null;
        }
        String name = text(form, field);
        if (length(name) < 1 || length(name) > MAX_NAME || !isPlain(name)) {
            throw invalid(
                    "/" + field,
                    "format",
                    "`" + field + "` must be 1–100 characters, without control characters, and without white space at"
                            + " the beginning and the end.");
        }
        return name;
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    private static boolean isPlain(String text) {
        return text.equals(text.strip()) && text.codePoints().noneMatch(ConnectionForm::isControlOrSurrogate);
    }

    private static boolean isControlOrSurrogate(int character) {
        return Character.isISOControl(character) || Character.getType(character) == Character.SURROGATE;
    }

    private static ApiException notAnObject() {
        return invalid("", "type", "The request body must be a JSON object.");
    }

    private static ApiException invalid(String pointer, String rule, String message) {
        return new ApiException(
                ErrorCode.INVALID_REQUEST, message, List.of(new ErrorBody.Detail(pointer, rule, message)));
    }
}
