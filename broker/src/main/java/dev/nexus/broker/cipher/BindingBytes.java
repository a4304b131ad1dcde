package dev.nexus.broker.cipher;

import dev.nexus.broker.cipher.CipherBinding.CredentialBinding;
import dev.nexus.broker.cipher.CipherBinding.StateKeyBinding;
import dev.nexus.broker.cipher.CipherBinding.WebhookSecretBinding;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Encodes a binding as associated data: a purpose tag and the parts of the binding, each after its own length in four
 * bytes. Different bindings therefore never have the same bytes.
 */
public final class BindingBytes {

    private BindingBytes() {}

    public static byte[] of(CipherBinding binding) {
        if (binding instanceof CredentialBinding credential) {
            return encode(
                    "nexus:credential:1",
                    List.of(
                            credential.tenant(),
                            credential.connection().toString(),
                            credential.provider().toString()));
        }
        if (binding instanceof StateKeyBinding stateKey) {
            return encode("nexus:state-key:1", List.of(stateKey.kid()));
        }
        if (binding instanceof WebhookSecretBinding webhook) {
            return encode(
                    "nexus:webhook-secret:1",
                    List.of(
                            webhook.tenant(),
                            webhook.endpoint().toString(),
                            webhook.secret().toString()));
        }
        throw new IllegalArgumentException("an unknown kind of binding");
    }

    private static byte[] encode(String purpose, List<String> parts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(160);
        append(bytes, purpose);
        parts.forEach(part -> append(bytes, part));
        return bytes.toByteArray();
    }

    private static void append(ByteArrayOutputStream bytes, String part) {
        byte[] text = part.getBytes(StandardCharsets.UTF_8);
        bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(text.length).array());
        bytes.writeBytes(text);
    }
}
