package dev.nexus.strategy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Adds a credential to the body of a request. The other members keep their text, so that no number is reformatted. */
final class BodyMembers {

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private static final String CONTENT_TYPE = "Content-Type";
    private static final String FORM = "application/x-www-form-urlencoded";

    private BodyMembers() {}

    static OutgoingRequest apply(BodyFieldStrategy strategy, Credential credential, OutgoingRequest request) {
        Map<String, String> members = new LinkedHashMap<>();
        add(members, strategy.first(), credential);
        strategy.additional().forEach(member -> add(members, member, credential));
        String body = new String(request.body(), StandardCharsets.UTF_8);
        boolean json = strategy.encoding() == BodyFieldStrategy.Encoding.JSON;
        if (!json && !request.header(CONTENT_TYPE).map(BodyMembers::isForm).orElse(true)) {
            // Pairs would corrupt another body, such as JSON.
            throw new InapplicableCredentialException(strategy.first().credentialField(), CredentialRule.FORM_BODY);
        }
        String changed = json ? json(body, members, strategy.first()) : form(body, members);
        OutgoingRequest sent = request.withBody(changed.getBytes(StandardCharsets.UTF_8));
        return sent.header(CONTENT_TYPE).isPresent()
                ? sent
                : sent.withHeader(CONTENT_TYPE, json ? "application/json" : FORM);
    }

    private static boolean isForm(String contentType) {
        int end = contentType.indexOf(';');
        String type = end < 0 ? contentType : contentType.substring(0, end);
        return type.strip().equalsIgnoreCase(FORM);
    }

    private static void add(Map<String, String> members, CredentialParameter member, Credential credential) {
        members.put(member.name(), credential.text(member.credentialField()));
    }

    private static String form(String body, Map<String, String> members) {
        String changed = body;
        for (Map.Entry<String, String> member : members.entrySet()) {
            changed = Percent.set(changed, member.getKey(), member.getValue());
        }
        return changed;
    }

    private static String json(String body, Map<String, String> members, CredentialParameter first) {
        StringWriter changed = new StringWriter();
        try (JsonParser from = JSON.createParser(body.isBlank() ? "{}" : body);
                JsonGenerator to = JSON.createGenerator(changed)) {
            if (from.nextToken() != JsonToken.START_OBJECT) {
                throw notJsonObject(first);
            }
            to.writeStartObject();
            while (from.nextToken() != JsonToken.END_OBJECT) {
                String name = from.currentName();
                from.nextToken();
                String raw = raw(body, from);
                if (!members.containsKey(name)) {
                    to.writeFieldName(name);
                    to.writeRawValue(raw);
                }
            }
            if (from.nextToken() != null) {
                throw notJsonObject(first);
            }
            for (Map.Entry<String, String> member : members.entrySet()) {
                to.writeStringField(member.getKey(), member.getValue());
            }
            to.writeEndObject();
        } catch (IOException e) {
            // The parser's message quotes the body.
            throw notJsonObject(first);
        }
        return changed.toString();
    }

    /** Returns the text of the value that begins at the parser's position, and moves the parser to its end. */
    private static String raw(String body, JsonParser from) throws IOException {
        int begin = Math.toIntExact(from.currentTokenLocation().getCharOffset());
        from.skipChildren();
        // The parser reads a string's text lazily. Reading it moves the location to its end.
        from.getTextLength();
        return body.substring(begin, Math.toIntExact(from.currentLocation().getCharOffset()));
    }

    private static InapplicableCredentialException notJsonObject(CredentialParameter member) {
        return new InapplicableCredentialException(member.credentialField(), CredentialRule.JSON_BODY);
    }
}
