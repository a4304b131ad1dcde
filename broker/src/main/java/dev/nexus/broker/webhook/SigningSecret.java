package dev.nexus.broker.webhook;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookSigningException;
import dev.nexus.broker.cipher.Secret;
import java.security.SecureRandom;
import java.util.Base64;

/** A secret that the Broker shares with a receiver, as Standard Webhooks defines it. Never prints its value. */
public record SigningSecret(Secret key) {

    /** Standard Webhooks requires 24 to 64 bytes. */
    private static final int KEY_BYTES = 32;

    private static final String PREFIX = "whsec_";

    static SigningSecret generate(SecureRandom random) {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return new SigningSecret(Secret.of(key));
    }

    /** Returns the form that a receiver stores: {@code whsec_} and base64. */
    String reveal() {
        return PREFIX + Base64.getEncoder().encodeToString(key.reveal());
    }

    /** Returns {@code v1,<base64 of HMAC-SHA256>} over id, time and payload. */
    public String sign(String id, long epochSecond, String payload) {
        try {
            return new Webhook(key.reveal()).sign(id, epochSecond, payload);
        } catch (WebhookSigningException impossible) {
            throw new IllegalStateException("HMAC-SHA256 is part of every JDK", impossible);
        }
    }

    @Override
    public String toString() {
        return "SigningSecret[***]";
    }
}
