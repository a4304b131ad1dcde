package dev.nexus.gateway.page;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.gateway.page.Field.Check;
import dev.nexus.gateway.page.Field.Choice;
import dev.nexus.gateway.page.Field.Group;
import dev.nexus.gateway.page.Field.Kind;
import dev.nexus.gateway.page.Field.Text;
import dev.nexus.runtime.ApiException;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What a browser has sent: the fields' texts by their ids. It holds credentials, so it does not print. */
final class SubmittedForm {

    /** Characters as themselves, those beyond the first 65,536 too. */
    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build());

    private static final int MAX_FIELDS = 1_024;

    /** RFC 8259, 6. */
    private static final Pattern JSON_NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    /** The rule that several lines in a field of one line break. */
    static final String SINGLE_LINE = "singleLine";

    /** What follows a field's id in the name of the Base64 of a file that was loaded into it. */
    private static final String FILE = "-file";

    private static final char REPLACEMENT = '\uFFFD';

    private final Map<String, List<String>> values;

    private SubmittedForm(Map<String, List<String>> values) {
        this.values = values;
    }

    /**
     * Reads application/x-www-form-urlencoded.
     *
     * @throws ApiException invalid_request if it does not decode as UTF-8 or holds a field more than once
     */
    static SubmittedForm parse(byte[] body) {
        try {
            Map<String, List<String>> values = new QueryStringDecoder(
                            new String(body, StandardCharsets.US_ASCII), StandardCharsets.UTF_8, false, MAX_FIELDS)
                    .parameters();
            // The decoder puts this where bytes are not UTF-8, and a credential that was changed must not be stored.
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
            // Its message quotes the form.
            throw unreadable();
        }
    }

    private static ApiException unreadable() {
        return new ApiException(ErrorCode.INVALID_REQUEST, "The form cannot be read");
    }

    /** A form of values that were kept, by the ids of their fields. */
    static SubmittedForm of(Map<String, String> kept) {
        Map<String, List<String>> values = new HashMap<>();
        kept.forEach((id, value) -> values.put(id, List.of(value)));
        return new SubmittedForm(values);
    }

    /** What may be shown again, by the ids of the fields: all but the secrets and what is not one line. */
    Map<String, String> kept(CredentialForm form) {
        Map<String, String> kept = new LinkedHashMap<>();
        form.fields().forEach(field -> keep(field, form.keepsTexts(), kept));
        return kept;
    }

    private void keep(Field field, boolean keepsTexts, Map<String, String> kept) {
        if (field instanceof Group group) {
            group.fields().forEach(member -> keep(member, keepsTexts, kept));
            return;
        }
        String value = field instanceof Text asked ? value(asked) : text(field);
        boolean isSecret =
                field instanceof Text asked && (!keepsTexts || asked.kind() == Kind.SECRET || isBroken(asked, value));
        if (!isSecret && !value.isEmpty()) {
            kept.put(field.place().id(), value);
        }
    }

    /** What is wrong with the form before the Broker is asked: several lines in a field of one. */
    List<Detail> problems(CredentialForm form) {
        List<Detail> problems = new ArrayList<>();
        form.fields().forEach(field -> collectProblems(field, problems));
        return problems;
    }

    private void collectProblems(Field field, List<Detail> problems) {
        if (field instanceof Group group) {
            group.fields().forEach(member -> collectProblems(member, problems));
        } else if (field instanceof Text asked && isBroken(asked, value(asked))) {
            problems.add(new Detail(asked.place().pointer(), SINGLE_LINE, "must be one line"));
        }
    }

    private static boolean isBroken(Text asked, String value) {
        return !asked.multiline() && (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0);
    }

    /**
     * The value of a text. Of several lines, those of a file come as the Base64 of its bytes, and are kept byte for byte;
     * a text area sends each line break as CR LF, whatever was typed or pasted (HTML, 4.10.21.8), and they become LF.
     *
     * @throws ApiException invalid_request where a file is not Base64 of UTF-8
     */
    String value(Text asked) {
        String typed = text(asked);
        if (asked.multiline()) {
            List<String> file = values.getOrDefault(asked.place().id() + FILE, List.of());
            return file.isEmpty() ? typed.replace("\r\n", "\n") : decoded(file.get(0));
        }
        String suffix = asked.suffix();
        return suffix == null || typed.isEmpty() ? typed : HostPart.of(typed, suffix);
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

    /** Which option of {@code choice} was chosen; -1 for none. */
    int chosen(Choice choice) {
        String index = text(choice);
        for (int i = 0; i < choice.options().size(); i++) {
            if (index.equals(String.valueOf(i))) {
                return i;
            }
        }
        return -1;
    }

    boolean isChecked(Check check) {
        return !text(check).isEmpty();
    }

    /**
     * The body {@code {state, credentials}} for the Broker. What was left empty is left out, a number goes digit for
     * digit, and what is no number goes as the text it is, for the Broker to refuse.
     */
    byte[] credentials(CredentialForm form, String state) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("state", state);
            json.writeObjectFieldStart("credentials");
            for (Field field : form.fields()) {
                write(json, field);
            }
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory failed", impossible);
        }
        return bytes.toByteArray();
    }

    private void write(JsonGenerator json, Field field) throws IOException {
        if (!isGiven(field)) {
            return;
        }
        json.writeFieldName(field.place().name());
        if (field instanceof Text text) {
            write(json, text);
        } else if (field instanceof Choice choice) {
            json.writeTree(choice.options().get(chosen(choice)).value());
        } else if (field instanceof Check check) {
            json.writeBoolean(isChecked(check));
        } else if (field instanceof Group group) {
            json.writeStartObject();
            for (Field member : group.fields()) {
                write(json, member);
            }
            json.writeEndObject();
        }
    }

    private void write(JsonGenerator json, Text field) throws IOException {
        String text = value(field);
        if (field.isNumber() && JSON_NUMBER.matcher(text.strip()).matches()) {
            json.writeNumber(text.strip());
        } else {
            json.writeString(text);
        }
    }

    /** An optional group is given where something in it was typed or chosen; a box left alone says nothing for it. */
    private boolean isGiven(Field field) {
        if (field instanceof Text asked) {
            return !value(asked).isEmpty();
        }
        if (field instanceof Choice choice) {
            return chosen(choice) >= 0;
        }
        if (field instanceof Check) {
            return true;
        }
        return field instanceof Group group
                && (group.place().required()
                        || group.fields().stream()
                                .anyMatch(
                                        member -> member instanceof Check check ? isChecked(check) : isGiven(member)));
    }

    private String text(Field field) {
        List<String> given = values.getOrDefault(field.place().id(), List.of());
        return given.isEmpty() ? "" : given.get(0);
    }

    @Override
    public String toString() {
        return "SubmittedForm[***]";
    }
}
