package dev.nexus.gateway.page;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import dev.nexus.contracts.ErrorBody.Detail;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A value that a credential schema requests. The templates show the field. {@link SubmittedForm} uses it to read the
 * value that a user has entered. The field itself does not contain that value.
 */
sealed interface Field {

    Place place();

    /** The type in the templates: text, secret, email, uri, integer, number, choice, check or group. */
    String type();

    /** The ids of the elements that describe the field, for aria-describedby. */
    default String describedBy() {
        String id = place().id();
        return (place().help().isEmpty() ? "" : id + "-help ") + id + "-error";
    }

    /** Returns true if {@code sent} has a value for the field. */
    boolean isGiven(SubmittedForm sent);

    /** Writes the JSON value of the field. Call it only if {@link #isGiven}. */
    void write(JsonGenerator json, SubmittedForm sent) throws IOException;

    /**
     * Returns the text that the form shows again after an error. Empty for none.
     *
     * @param keepsTexts false if it is unknown which texts are secret. No text is then shown again
     */
    default String kept(SubmittedForm sent, boolean keepsTexts) {
        return sent.text(place().id());
    }

    /** The error that the Gateway finds before it calls the Broker. Empty for none. */
    default Optional<Detail> problem(SubmittedForm sent) {
        return Optional.empty();
    }

    /** The field, followed by all fields in it. */
    default Stream<Field> withMembers() {
        return Stream.of(this);
    }

    /**
     * The names and the texts of a field.
     *
     * @param id the name in the HTML form: {@code f0}, {@code f1} … in the schema's order. The schema's names are not
     *     used in HTML
     * @param name the member's name in the credentials
     * @param pointer the JSON pointer (RFC 6901) into the request to the Broker: {@code /credentials/api_key}
     * @param label never empty
     * @param help may be empty
     * @param link the https URL of the provider's page that creates or shows the value; may be empty
     */
    record Place(String id, String name, String pointer, String label, String help, String link, boolean required) {}

    /** The kind of a text field. */
    enum Kind {
        TEXT,
        /** A string that is masked, and not shown again after an error. */
        SECRET,
        EMAIL,
        URI,
        INTEGER,
        NUMBER
    }

    /**
     * A text field.
     *
     * @param multiline whether it may have several lines; only for a text or a secret
     * @param suffix the rest of the host name after the text, such as {@code .zendesk.com}; may be empty. Null if the
     *     text is not a part of a host name
     * @param limits the schema's limits in its notation, by keyword: minLength, maxLength, minimum, pattern …
     * @param initial the schema's default, may be empty; always empty for a secret
     * @param mayBeEmpty whether the empty text is a value, even if the schema requires the field
     */
    record Text(
            Place place,
            Kind kind,
            boolean multiline,
            @Nullable String suffix,
            Map<String, String> limits,
            String initial,
            boolean mayBeEmpty)
            implements Field {

        /** The name of the rule that a line break in a single-line field breaks. */
        static final String SINGLE_LINE = "singleLine";

        /** RFC 8259, section 6. */
        private static final Pattern JSON_NUMBER = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

        private static final Pattern USER_NAME = Pattern.compile("user_?name", Pattern.CASE_INSENSITIVE);

        @Override
        public String type() {
            return kind.name().toLowerCase(Locale.ROOT);
        }

        private boolean isNumber() {
            return kind == Kind.INTEGER || kind == Kind.NUMBER;
        }

        boolean isSecret() {
            return kind == Kind.SECRET;
        }

        @Override
        public String describedBy() {
            String id = place.id();
            boolean hasSuffix = suffix != null && !suffix.isEmpty();
            return (place.help().isEmpty() ? "" : id + "-help ") + (hasSuffix ? id + "-suffix " : "") + id + "-error";
        }

        /** Returns true if the text is a part of a host name. */
        public boolean isHostPart() {
            return suffix != null;
        }

        /** Returns the schema's limit for {@code rule}. Empty for none. */
        public String limit(String rule) {
            return limits.getOrDefault(rule, "");
        }

        /** Returns true if an empty field is sent as the empty text. page.js asks the user to confirm it. */
        public boolean isSentIfEmpty() {
            return place.required() && mayBeEmpty;
        }

        /**
         * The HTML attribute autocomplete. With new-password, a password manager does not offer a login of this site
         * and does not save the credential as one.
         */
        public String autocomplete() {
            if (isSecret() && !multiline) {
                return "new-password";
            }
            boolean isUserName =
                    kind == Kind.EMAIL || USER_NAME.matcher(place.name()).matches();
            return isUserName ? "username" : "off";
        }

        /**
         * Returns the entered text. The content of a file arrives as Base64 and is not changed. A text area sends every
         * line break as CR LF (HTML, 4.10.21.8). These become LF.
         *
         * @throws dev.nexus.runtime.ApiException invalid_request if a file is not Base64 of UTF-8
         */
        String value(SubmittedForm sent) {
            String typed = sent.text(place.id());
            if (multiline) {
                return sent.file(place.id()).orElseGet(() -> typed.replace("\r\n", "\n"));
            }
            return suffix == null || typed.isEmpty() ? typed : SubmittedForm.hostPart(typed, suffix);
        }

        @Override
        public boolean isGiven(SubmittedForm sent) {
            return isSentIfEmpty() || !value(sent).isEmpty();
        }

        /**
         * Writes the text as a JSON string. In a field for numbers, writes a number digit for digit. The Broker refuses
         * the string if such a field contains another text.
         */
        @Override
        public void write(JsonGenerator json, SubmittedForm sent) throws IOException {
            String text = value(sent);
            if (isNumber() && JSON_NUMBER.matcher(text.strip()).matches()) {
                json.writeNumber(text.strip());
            } else {
                json.writeString(text);
            }
        }

        @Override
        public String kept(SubmittedForm sent, boolean keepsTexts) {
            return !keepsTexts || isSecret() || problem(sent).isPresent() ? "" : value(sent);
        }

        @Override
        public Optional<Detail> problem(SubmittedForm sent) {
            if (multiline) {
                return Optional.empty();
            }
            String value = value(sent);
            return value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0
                    ? Optional.of(new Detail(place.pointer(), SINGLE_LINE, "must be one line. Remove the line breaks"))
                    : Optional.empty();
        }
    }

    /** A choice between values. The form sends the index, so that the value is exactly as in the schema. */
    record Choice(Place place, List<Option> options, int initial) implements Field {

        @Override
        public String type() {
            return "choice";
        }

        /** Returns the index of the chosen option, or -1 for none. */
        int chosen(SubmittedForm sent) {
            String index = sent.text(place.id());
            return IntStream.range(0, options.size())
                    .filter(i -> index.equals(String.valueOf(i)))
                    .findFirst()
                    .orElse(-1);
        }

        @Override
        public boolean isGiven(SubmittedForm sent) {
            return chosen(sent) >= 0;
        }

        @Override
        public void write(JsonGenerator json, SubmittedForm sent) throws IOException {
            json.writeTree(options.get(chosen(sent)).value());
        }
    }

    /** An option of a choice, with its label. */
    record Option(JsonNode value, String label) {}

    /** A check box. Its value is always sent. */
    record Check(Place place, boolean initial) implements Field {

        @Override
        public String type() {
            return "check";
        }

        boolean isChecked(SubmittedForm sent) {
            return !sent.text(place.id()).isEmpty();
        }

        @Override
        public boolean isGiven(SubmittedForm sent) {
            return true;
        }

        @Override
        public void write(JsonGenerator json, SubmittedForm sent) throws IOException {
            json.writeBoolean(isChecked(sent));
        }
    }

    /** An object within the credentials. */
    record Group(Place place, List<Field> fields) implements Field {

        @Override
        public String type() {
            return "group";
        }

        /**
         * An optional group is given if the user typed or chose a value in it. A check box counts only if it is
         * checked.
         */
        @Override
        public boolean isGiven(SubmittedForm sent) {
            return place.required()
                    || fields.stream()
                            .anyMatch(field ->
                                    field instanceof Check check ? check.isChecked(sent) : field.isGiven(sent));
        }

        @Override
        public void write(JsonGenerator json, SubmittedForm sent) throws IOException {
            json.writeStartObject();
            sent.write(json, fields);
            json.writeEndObject();
        }

        @Override
        public String kept(SubmittedForm sent, boolean keepsTexts) {
            return "";
        }

        @Override
        public Stream<Field> withMembers() {
            return Stream.concat(Stream.of(this), fields.stream().flatMap(Field::withMembers));
        }
    }
}
