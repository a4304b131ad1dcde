package dev.nexus.broker.connection;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nexus.broker.cipher.Secret;
import dev.nexus.strategy.Credential;
import java.io.IOException;

/** Reads the fields of a decrypted credential. A token response contains the original bytes, not these fields. */
final class OpenedCredential {

    private static final JsonMapper JSON = JsonMapper.builder()
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private OpenedCredential() {}

    static Credential parse(Secret credentials) {
        try {
            return Credential.of(JSON.readTree(credentials.reveal()));
        } catch (IOException e) {
            // Without the cause, because the parser's message can quote the credential.
            throw new IllegalStateException("a stored credential is not JSON");
        }
    }
}
