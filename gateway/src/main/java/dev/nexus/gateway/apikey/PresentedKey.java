package dev.nexus.gateway.apikey;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * The text of an API key, as a caller sends it: {@code nxs_<id>_<secret>_<checksum>}. The id is 12 characters of
 * base62. The secret is 256 bits, in 43 characters of base64url. The checksum is the CRC-32 of
 * {@code nxs_<id>_<secret>}, as 8 hex digits. With the checksum, the Gateway refuses a typo without a lookup, and
 * secret scanners can recognize the key. {@code toString} contains only the id.
 */
final class PresentedKey {

    private static final Pattern FORM = Pattern.compile("(nxs_([0-9A-Za-z]{12})_[A-Za-z0-9_-]{43})_([0-9a-f]{8})");
    private static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int ID_LENGTH = 12;
    private static final int SECRET_BYTES = 32;
    private static final int MAX_LENGTH = 80;

    private final String id;
    private final String text;

    private PresentedKey(String id, String text) {
        this.id = id;
        this.text = text;
    }

    /** Parses {@code text}. Empty if its form or its checksum is wrong. */
    public static Optional<PresentedKey> parse(String text) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        Matcher key = FORM.matcher(text);
        return key.matches() && checksum(key.group(1)).equals(key.group(3))
                ? Optional.of(new PresentedKey(key.group(2), text))
                : Optional.empty();
    }

    /** Creates a random key. */
    public static PresentedKey mint(SecureRandom random) {
        StringBuilder id = new StringBuilder(ID_LENGTH);
        random.ints(ID_LENGTH, 0, BASE62.length()).forEach(i -> id.append(BASE62.charAt(i)));
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        String body =
                "nxs_" + id + "_" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
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

    /** The whole key, secret. Only the command that mints it may print it. */
    public String reveal() {
        return text;
    }

    @Override
    public String toString() {
        return "PresentedKey[" + id + "]";
    }
}
