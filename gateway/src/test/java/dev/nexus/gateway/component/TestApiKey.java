package dev.nexus.gateway.component;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * An API key in the documented form {@code nxs_<id>_<secret>_<checksum>}.
 *
 * @param id 12 letters and digits
 * @param value the whole key, as a caller presents it
 */
record TestApiKey(String id, String value) {

    static TestApiKey mint() {
        return withId(UUID.randomUUID().toString().replace("-", "").substring(0, 12));
    }

    /** Returns a key with the same id and another secret. */
    TestApiKey withOtherSecret() {
        return withId(id);
    }

    private static TestApiKey withId(String id) {
        String random = UUID.randomUUID().toString().replace("-", "") + "0123456789a";
        String body = "nxs_" + id + "_" + random;
        CRC32 checksum = new CRC32();
        checksum.update(body.getBytes(US_ASCII));
        return new TestApiKey(id, body + "_" + HexFormat.of().toHexDigits((int) checksum.getValue()));
    }

    /** Returns this key's entry for the API keys file (docs/guides/api-keys.md). */
    String entry(String scopes, long perSecond, long burst) {
        return """
                - id: "%s"
                  tenant: acme
                  sha256: "%s"
                  scopes: [%s]
                  return_origins: ["https://your-app.com"]
                  rate: {per_second: %d, burst: %d}
                """.formatted(id, sha256(), scopes, perSecond, burst);
    }

    private String sha256() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(value.getBytes(US_ASCII)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    @Override
    public String toString() {
        return "TestApiKey[" + id + "]";
    }
}
