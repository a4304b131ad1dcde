package dev.nexus.broker.capture;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.nexus.broker.cipher.Secret;
import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import dev.nexus.runtime.InvalidJson;
import dev.nexus.strategy.Credential;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The body {@code {"state": …, "credentials": {…}}} of a capture, parsed strictly. The credentials are kept in two
 * forms: the unchanged received bytes for the storage, and a tree for the validation and the verification. Error
 * messages contain lines, columns, rules and names of members at the top level, never a value. They contain the name of
 * an unknown member only if the name is like an identifier.
 */
public final class CaptureForm {

    private static final int MAX_STATE = 2_048;
    private static final Pattern SAFE_NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final String state;
    private final Credential credentials;
    private final Secret rawCredentials;

    private CaptureForm(String state, Credential credentials, Secret rawCredentials) {
        this.state = state;
        this.credentials = credentials;
        this.rawCredentials = rawCredentials;
    }

    /**
     * Parses a request body.
     *
     * @throws ApiException invalid_request if the body is not UTF-8, begins with a byte order mark, or is not a JSON
     *     object. Also invalid_request if the body is nested deeper than 32 levels, or has a duplicate or unknown
     *     member. Also invalid_request if the state is missing or is not a string of at most 2,048 characters. Also
     *     invalid_request if the credentials are missing or are not an object
     */
    public static CaptureForm parse(byte[] body) {
        char[] text = decode(body);
        try (JsonParser json = CapturedTree.parser(text)) {
            return new BodyParser(text, json).form();
        } catch (JsonProcessingException e) {
            // The exception's message quotes the input. Its location does not.
            throw InvalidJson.malformed(e.getLocation());
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory failed", e);
        }
    }

    /** The state token, 0–2,048 characters. It is a secret until it is redeemed: never print it. */
    public String state() {
        return state;
    }

    /**
     * The credentials as a tree, for the validation and the verification. Numbers are exact. A number of more than
     * 1,000 characters, or outside the range of {@link java.math.BigDecimal}, is replaced by a number that the
     * validation always rejects.
     */
    public Credential credentials() {
        return credentials;
    }

    /** The received bytes of the credentials object, from its opening to its closing brace. */
    public Secret rawCredentials() {
        return rawCredentials;
    }

    @Override
    public String toString() {
        return "CaptureForm[***]";
    }

    private static char[] decode(byte[] body) {
        CharBuffer decoded;
        try {
            decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
        } catch (CharacterCodingException e) {
            throw invalid("The request body must be UTF-8");
        }
        if (decoded.hasRemaining() && decoded.charAt(0) == '\uFEFF') {
            throw invalid("The request body must not begin with a byte order mark");
        }
        char[] text = new char[decoded.remaining()];
        decoded.get(text);
        return text;
    }

    private static ApiException invalid(String message) {
        return new ApiException(ErrorCode.INVALID_REQUEST, message);
    }

    private static ApiException invalid(String field, String rule, String message) {
        return new ApiException(
                ErrorCode.INVALID_REQUEST, field + " " + message, List.of(new Detail("/" + field, rule, message)));
    }

    /** Parses the top level of the body. */
    private static final class BodyParser {

        private final char[] text;
        private final JsonParser json;
        private @Nullable String state;
        private @Nullable Credential credentials;
        private @Nullable Secret rawCredentials;

        BodyParser(char[] text, JsonParser json) {
            this.text = text;
            this.json = json;
        }

        CaptureForm form() throws IOException {
            @Nullable JsonToken first = json.nextToken();
            if (first == null) {
                throw invalid("The request body is empty");
            }
            if (first != JsonToken.START_OBJECT) {
                throw invalid("The request body must be a JSON object");
            }
            Set<String> seen = new HashSet<>();
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                if (!seen.add(name)) {
                    throw CapturedTree.duplicateMember(json);
                }
                json.nextToken();
                member(name);
            }
            if (json.nextToken() != null) {
                throw InvalidJson.malformed(json.currentTokenLocation());
            }
            if (state == null) {
                throw invalid("state", "required", "is required");
            }
            if (credentials == null || rawCredentials == null) {
                throw invalid("credentials", "required", "is required");
            }
            return new CaptureForm(state, credentials, rawCredentials);
        }

        private void member(String name) throws IOException {
            switch (name) {
                case "state" -> state = readState();
                case "credentials" -> readCredentials();
                default -> throw unknown(name);
            }
        }

        private String readState() throws IOException {
            if (json.currentToken() != JsonToken.VALUE_STRING) {
                throw invalid("state", "type", "must be a string");
            }
            String value = json.getText();
            if (value.length() > MAX_STATE) {
                throw invalid("state", "maxLength", "must be at most 2048 characters long");
            }
            return value;
        }

        private void readCredentials() throws IOException {
            if (json.currentToken() != JsonToken.START_OBJECT) {
                throw invalid("credentials", "type", "must be an object");
            }
            int from = Math.toIntExact(json.currentTokenLocation().getCharOffset());
            credentials = CapturedTree.read(json);
            int to = Math.toIntExact(json.currentLocation().getCharOffset());
            // The decoder rejects invalid UTF-8, so encoding the text again gives exactly the received bytes.
            ByteBuffer slice = StandardCharsets.UTF_8.encode(CharBuffer.wrap(text, from, to - from));
            byte[] bytes = new byte[slice.remaining()];
            slice.get(bytes);
            rawCredentials = Secret.of(bytes);
        }

        /**
         * Names the member only if its name is like an identifier. Any other name may be a misplaced secret, or may
         * break a log line.
         */
        private static ApiException unknown(String name) {
            return SAFE_NAME.matcher(name).matches()
                    ? invalid(name, "additionalProperties", "is not a field of this request")
                    : invalid("The request body has an unknown member");
        }
    }
}
