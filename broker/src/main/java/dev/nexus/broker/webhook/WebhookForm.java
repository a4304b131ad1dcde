package dev.nexus.broker.webhook;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nexus.broker.http.UnicodeText;
import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import dev.nexus.runtime.InvalidJson;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.CharacterCodingException;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;

/** The body of a webhook's registration, {@code {"url": "https://…"}}. */
final class WebhookForm {

    private static final int MAX_LENGTH = 2_048;
    private static final int MAX_PORT = 65_535;

    /** A host name by RFC 1123. The last label begins with a letter, so that an IP address does not match. */
    private static final Pattern HOST_NAME = Pattern.compile(
            "(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?",
            Pattern.CASE_INSENSITIVE);

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private WebhookForm() {}

    /**
     * Reads the URL.
     *
     * @throws ApiException invalid_request, with the RFC 6901 pointer of the invalid field, or an empty pointer for the
     *     whole body
     */
    static String url(byte[] body) {
        JsonNode form = read(body);
        if (!form.isObject()) {
            throw invalid("", "type", "must be a JSON object");
        }
        UnicodeText.firstIncomplete(form).ifPresent(path -> {
            throw invalid(path.isEmpty() ? "" : "/url", UnicodeText.RULE, UnicodeText.MESSAGE);
        });
        for (Iterator<String> names = form.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!name.equals("url")) {
                String pointer = "/" + name.replace("~", "~0").replace("/", "~1");
                throw invalid(pointer, "additionalProperties", "is not a field of a webhook");
            }
        }
        JsonNode url = form.path("url");
        if (!url.isTextual()) {
            throw invalid("/url", url.isMissingNode() ? "required" : "type", "is required and must be a string");
        }
        if (!isUrl(url.textValue())) {
            throw invalid(
                    "/url",
                    "url",
                    "must be an absolute https URL with a host name, at most 2,048 ASCII characters, without user"
                            + " info or a fragment");
        }
        return url.textValue();
    }

    private static JsonNode read(byte[] body) {
        try {
            // Decodes the bytes here, because Jackson would guess the encoding and accept overlong forms.
            return JSON.readTree(UnicodeText.decode(body));
        } catch (CharacterCodingException notUtf8) {
            throw invalid("", "encoding", "must be UTF-8");
        } catch (JsonProcessingException malformed) {
            throw InvalidJson.of(malformed);
        }
    }

    private static boolean isUrl(String text) {
        if (text.length() > MAX_LENGTH || !text.chars().allMatch(octet -> octet > ' ' && octet < 0x7f)) {
            return false;
        }
        try {
            URI url = new URI(text);
            return "https".equals(url.getScheme())
                    && url.getHost() != null
                    && HOST_NAME.matcher(url.getHost()).matches()
                    && url.getRawUserInfo() == null
                    && url.getRawFragment() == null
                    && (url.getPort() == -1 || (url.getPort() > 0 && url.getPort() <= MAX_PORT));
        } catch (URISyntaxException noUrl) {
            return false;
        }
    }

    private static ApiException invalid(String pointer, String rule, String message) {
        return new ApiException(
                ErrorCode.INVALID_REQUEST,
                (pointer.isEmpty() ? "The request body" : pointer) + " " + message,
                List.of(new Detail(pointer, rule, message)));
    }
}
