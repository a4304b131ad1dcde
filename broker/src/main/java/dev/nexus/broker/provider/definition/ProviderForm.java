package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nexus.broker.http.UnicodeText;
import dev.nexus.broker.provider.definition.Problems.Problem;
import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import dev.nexus.runtime.InvalidJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.util.List;

/**
 * Reads the body of a provider's registration. Keeps the schema's text unchanged, because the API serves it byte for
 * byte.
 */
public final class ProviderForm {

    /** A few levels more than a credential schema may have, so that {@link SchemaRules} reports most deeper schemas. */
    private static final int MAX_DEPTH = 40;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .build();

    private ProviderForm() {}

    /**
     * Reads and checks a body.
     *
     * @throws ApiException invalid_request, with the RFC 6901 pointer of each broken rule, at most 32. Without pointers
     *     if {@link InvalidJson} describes the error
     */
    public static ProviderDefinition parse(byte[] body) {
        String text = decode(body);
        ObjectNode members = JsonNodeFactory.instance.objectNode();
        String schema = "";
        try (JsonParser json = JSON.createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw invalid("", "type", "must be a JSON object");
            }
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                if (!UnicodeText.isComplete(name)) {
                    throw invalid("", UnicodeText.RULE, UnicodeText.MESSAGE);
                }
                json.nextToken();
                int from = Math.toIntExact(json.currentTokenLocation().getCharOffset());
                JsonNode value = JSON.readTree(json);
                UnicodeText.firstIncomplete(value).ifPresent(path -> {
                    throw invalid(pointer(name, path), UnicodeText.RULE, UnicodeText.MESSAGE);
                });
                if (name.equals("credential_schema") && value.isObject()) {
                    schema = text.substring(
                            from, Math.toIntExact(json.currentLocation().getCharOffset()));
                }
                members.set(name, value);
            }
            if (json.nextToken() != null) {
                throw InvalidJson.malformed(json.currentTokenLocation());
            }
        } catch (JsonProcessingException e) {
            throw InvalidJson.of(e);
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory failed", e);
        }
        try {
            return DefinitionReader.read(DefinitionSchema.ofRegistration(), members, schema);
        } catch (InvalidProviderException e) {
            throw invalid(e.problems());
        }
    }

    private static String decode(byte[] body) {
        try {
            return UnicodeText.decode(body);
        } catch (CharacterCodingException e) {
            throw invalid("", "encoding", "must be UTF-8");
        }
    }

    private static String pointer(String name, List<String> path) {
        StringBuilder pointer = new StringBuilder("/").append(name);
        path.forEach(step -> pointer.append('/').append(ViolationText.escape(step)));
        return pointer.toString();
    }

    private static ApiException invalid(String pointer, String rule, String message) {
        return new ApiException(
                ErrorCode.INVALID_REQUEST,
                (pointer.isEmpty() ? "The request body" : pointer) + " " + message,
                List.of(new Detail(pointer, rule, message)));
    }

    private static ApiException invalid(List<Problem> problems) {
        Problem first = problems.get(0);
        String others = problems.size() == 1 ? "" : " (" + (problems.size() - 1) + " more in details)";
        return new ApiException(
                ErrorCode.INVALID_REQUEST,
                (first.pointer().isEmpty() ? "The request body" : first.pointer()) + " " + first.rule() + others,
                problems.stream()
                        .map(problem -> new Detail(problem.pointer(), "provider", problem.rule()))
                        .toList());
    }
}
