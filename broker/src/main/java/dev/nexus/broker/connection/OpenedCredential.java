package dev.nexus.broker.connection;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nexus.broker.cipher.Secret;
import java.io.IOException;

/** An opened credential as a tree, to read its fields; what is handed back is always its bytes. */
final class OpenedCredential {

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private OpenedCredential() {}

    static JsonNode parse(Secret credentials) {
        try {
            return JSON.readTree(credentials.reveal());
        } catch (IOException e) {
            // The parser's message quotes the credential.
            throw new IllegalStateException("a stored credential is not JSON");
        }
    }
}
