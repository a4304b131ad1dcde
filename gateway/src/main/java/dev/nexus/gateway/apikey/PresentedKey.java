package dev.nexus.gateway.apikey;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The text of an API key, as a caller sends it: {@code nxs_<id>_<secret>_<checksum>}. The id is 12 characters of
 * base62. The secret is 256 bits, in 43 characters of base64url. The checksum is the CRC-32 of
 * {@code nxs_<id>_<secret>}, as 8 hex digits. With the checksum, the Gateway refuses a typo without a lookup, and
 * secret scanners can recognize the key. {@code toString} contains only the id.
 */
final class PresentedKey {

    private static final String PREFIX = "nxs_";
    private static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int ID_LENGTH = 12;
    private static final int SECRET_BYTES = 32;

    /** The length of the secret in base64url. */
    private static final int SECRET_LENGTH = 43;

    private static final int CHECKSUM_LENGTH = 8;

    private static final int ID_END = PREFIX.length() + ID_LENGTH;
    private static final int BODY_END = ID_END + 1 + SECRET_LENGTH;
    private static final int LENGTH = BODY_END + 1 + CHECKSUM_LENGTH;

    private final String id;
    private final String text;

    private PresentedKey(String id, String text) {
        this.id = id;
        this.text = text;
    }

    /** Parses {@code text}. Empty if its form or its checksum is wrong. */
    public static Optional<PresentedKey> parse(String text) {
        if (text.length() != LENGTH
                || !text.startsWith(PREFIX)
                || text.charAt(ID_END) != '_'
                || text.charAt(BODY_END) != '_'
                || !isBase62(text, PREFIX.length(), ID_END)
                || !isBase64Url(text, ID_END + 1, BODY_END)
                || !text.endsWith(checksum(text.substring(0, BODY_END)))) {
            return Optional.empty();
        }
        return Optional.of(new PresentedKey(text.substring(PREFIX.length(), ID_END), text));
    }

    private static boolean isBase62(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (BASE62.indexOf(text.charAt(i)) < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isBase64Url(String text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c != '_' && c != '-' && BASE62.indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    /** Creates a random key. */
    public static PresentedKey mint(SecureRandom random) {
        StringBuilder id = new StringBuilder(ID_LENGTH);
        random.ints(ID_LENGTH, 0, BASE62.length()).forEach(i -> id.append(BASE62.charAt(i)));
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        String body =
                PREFIX + id + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        return new PresentedKey(id.toString(), body + "_" + checksum(body));
    }

    private static String checksum(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.US_ASCII));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    /** 12 characters of base62; not secret. */
    public String id() {
        return id;
    }

    /** The SHA-256 of the whole key, 32 bytes. The API keys file contains it. */
    public byte[] sha256() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }

    /** The whole key, which is secret. Only the command that mints a key may print it. */
    public String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return "PresentedKey[" + id + "]";
    }
}
