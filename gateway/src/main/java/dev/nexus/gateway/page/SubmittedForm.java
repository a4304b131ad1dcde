package dev.nexus.gateway.page;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A form that a browser has sent: the texts of the fields by their ids. {@code toString} omits them, because they
 * contain credentials.
 */
final class SubmittedForm {

    /** Writes characters beyond U+FFFF in UTF-8 instead of as escaped surrogates. */
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build());

    private static final int MAX_FIELDS = 1_024;

    /**
     * The suffix of the parameter with the Base64 of a file that was loaded into a field. The field's id precedes it.
     */
    private static final String FILE = "-file";

    private static final Pattern SCHEME = Pattern.compile("(?i)^https?://");
    private static final Pattern AFTER_HOST = Pattern.compile("[/?#].*$", Pattern.DOTALL);
    private static final Pattern HOST_NAME = Pattern.compile("[a-z0-9]([a-z0-9.-]*[a-z0-9])?");

    private static final char REPLACEMENT = '\uFFFD';

    private final Map<String, List<String>> values;

    private SubmittedForm(Map<String, List<String>> values) {
        this.values = values;
    }

    /**
     * Parses application/x-www-form-urlencoded.
     *
     * @throws ApiException invalid_request if the body is malformed, is not UTF-8, contains U+FFFD or has a field more
     *     than once
     */
    static SubmittedForm parse(byte[] body) {
        try {
            Map<String, List<String>> values = new QueryStringDecoder(
                            new String(body, StandardCharsets.US_ASCII), StandardCharsets.UTF_8, false, MAX_FIELDS)
                    .parameters();
            // The decoder replaces invalid UTF-8 with this character. A changed credential must not be stored.
            if (values.values().stream().flatMap(List::stream).anyMatch(text -> text.indexOf(REPLACEMENT) >= 0)) {
                throw unreadable();
            }
            if (values.values().stream().anyMatch(texts -> texts.size() > 1)) {
                throw new ApiException(
                        ErrorCode.INVALID_REQUEST,
                        "A field of the form was sent more than once. Send each field once.");
            }
            return new SubmittedForm(values);
        } catch (IllegalArgumentException malformed) {
            // Without the cause, because its message quotes the form.
            throw unreadable();
        }
    }

    private static ApiException unreadable() {
        return new ApiException(
                ErrorCode.INVALID_REQUEST,
                "The form is malformed. Send it as application/x-www-form-urlencoded in UTF-8.");
    }

    /** Creates a form from kept values, by the ids of their fields. */
    static SubmittedForm of(Map<String, String> kept) {
        Map<String, List<String>> values = new HashMap<>();
        kept.forEach((id, value) -> values.put(id, List.of(value)));
        return new SubmittedForm(values);
    }

    /**
     * The texts that may be shown again, by the ids of the fields. Omits secrets, and a text of several lines in a
     * single-line field. Omits all texts if it is unknown which of them are secret.
     */
    Map<String, String> kept(CredentialForm form) {
        Map<String, String> kept = new LinkedHashMap<>();
        form.all().forEach(field -> {
            String value = field.kept(this, form.keepsTexts());
            if (!value.isEmpty()) {
                kept.put(field.place().id(), value);
            }
        });
        return kept;
    }

    /** The errors that the Gateway finds before it calls the Broker: several lines in a single-line field. */
    List<Detail> problems(CredentialForm form) {
        return form.all().flatMap(field -> field.problem(this).stream()).toList();
    }

    /** Returns the body {@code {state, credentials}} for the Broker. Omits fields without a value. */
    byte[] credentials(CredentialForm form, String state) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("state", state);
            json.writeObjectFieldStart("credentials");
            write(json, form.fields());
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory failed", impossible);
        }
        return bytes.toByteArray();
    }

    /** Writes the members of an object. */
    void write(JsonGenerator json, List<Field> fields) throws IOException {
        for (Field field : fields) {
            if (field.isGiven(this)) {
                json.writeFieldName(field.place().name());
                field.write(json, this);
            }
        }
    }

    /** Returns the submitted text of the field {@code id}. Empty for none. */
    String text(String id) {
        List<String> given = values.getOrDefault(id, List.of());
        return given.isEmpty() ? "" : given.get(0);
    }

    /**
     * Returns the text of the file that was loaded into the field {@code id}. Empty for none.
     *
     * @throws ApiException invalid_request if it is not Base64 of UTF-8
     */
    Optional<String> file(String id) {
        return values.getOrDefault(id + FILE, List.of()).stream().findFirst().map(SubmittedForm::decoded);
    }

    /**
     * Extracts the part of a host name from an address that a user pastes. Before the suffix {@code .zendesk.com},
     * {@code https://Acme.zendesk.com/agent} becomes {@code acme}. page.js does the same. Returns other texts
     * unchanged, so that the Broker refuses them.
     */
    static String hostPart(String text, String suffix) {
        String host = SCHEME.matcher(text.strip()).replaceFirst("");
        host = AFTER_HOST.matcher(host).replaceFirst("").toLowerCase(Locale.ROOT);
        boolean whole = host.endsWith(suffix);
        String part = whole ? host.substring(0, host.length() - suffix.length()) : host;
        return HOST_NAME.matcher(part).matches() && (whole || part.indexOf('.') < 0) ? part : text;
    }

    private static String decoded(String base64) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getDecoder().decode(base64)))
                    .toString();
        } catch (IllegalArgumentException | CharacterCodingException malformed) {
            throw unreadable();
        }
    }

    @Override
    public String toString() {
        return "SubmittedForm[***]";
    }
}
