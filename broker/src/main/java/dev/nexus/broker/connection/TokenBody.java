package dev.nexus.broker.connection;

import dev.nexus.broker.cipher.Secret;
import dev.nexus.broker.provider.definition.AllowedHosts;
import dev.nexus.broker.provider.definition.RequestPlans;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The JSON of the token response. It contains the strategy's text and the bytes of the captured credentials unchanged:
 * neither is serialized again. {@code toString} prints no part of the JSON.
 */
public final class TokenBody {

    private final Secret json;

    private TokenBody(Secret json) {
        this.json = json;
    }

    static TokenBody of(StoredCredential stored, RequestPlans plans, Secret credentials) {
        ByteArrayOutputStream json = new ByteArrayOutputStream(1_024);
        write(json, "{\"strategy\":");
        write(json, stored.version().strategy());
        write(json, ",\"credentials\":");
        credentials.writeTo(json);
        String hosts = stored.version().allowedHosts();
        if (hosts != null) {
            write(json, ",\"allowed_hosts\":");
            write(
                    json,
                    AllowedHosts.areFixed(hosts)
                            ? hosts
                            : plans.get(stored.version()).hosts().forCredential(OpenedCredential.parse(credentials)));
        }
        if (stored.replacedBy() != null) {
            write(json, ",\"replaced_by\":\"" + stored.replacedBy() + "\"");
        }
        write(json, "}");
        return new TokenBody(Secret.of(json.toByteArray()));
    }

    private static void write(ByteArrayOutputStream json, String text) {
        json.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the JSON in UTF-8, which contains the credential. */
    public byte[] reveal() {
        return json.reveal();
    }

    @Override
    public String toString() {
        return "TokenBody[***]";
    }
}
