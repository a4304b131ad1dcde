package dev.nexus.strategy;

import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Percent-encoding of RFC 3986, section 2.1, over UTF-8. */
final class Percent {

    private static final String UNRESERVED = "-._~";
    private static final String HEX = "0123456789ABCDEF";

    private Percent() {}

    /** Encodes all characters except the unreserved ones. The result is valid in a path segment, a query and a form. */
    static String encode(String text) {
        return encode(text.getBytes(StandardCharsets.UTF_8));
    }

    static String encode(byte[] octets) {
        StringBuilder encoded = new StringBuilder(octets.length + 16);
        for (byte octet : octets) {
            char c = (char) (octet & 0xff);
            if (c < 0x80 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0)) {
                encoded.append(c);
            } else {
                encoded.append('%').append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 0xf));
            }
        }
        return encoded.toString();
    }

    /**
     * Decodes a part of a URL. Its percent-encoding must be valid, which {@link java.net.URI} checks. The result can be
     * other than UTF-8: {@link URLDecoder} would replace {@code %FF} with another character.
     */
    static byte[] decode(String part) {
        byte[] text = part.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream octets = new ByteArrayOutputStream(text.length);
        for (int i = 0; i < text.length; i++) {
            if (text[i] == '%') {
                octets.write(HexFormat.fromHexDigit(text[i + 1]) << 4 | HexFormat.fromHexDigit(text[i + 2]));
                i += 2;
            } else {
                octets.write(text[i]);
            }
        }
        return octets.toByteArray();
    }

    /**
     * Returns {@code pairs} with {@code name} set to {@code value}. Removes the existing pairs of that name, and
     * appends the new one.
     *
     * @param pairs a query or a form
     */
    static String set(String pairs, String name, String value) {
        StringBuilder set = new StringBuilder();
        for (String pair : pairs.split("&", -1)) {
            if (!pair.isEmpty() && !named(pair, name)) {
                set.append(pair).append('&');
            }
        }
        return set.append(encode(name)).append('=').append(encode(value)).toString();
    }

    private static boolean named(String pair, String name) {
        String raw = pair.split("=", 2)[0];
        try {
            return URLDecoder.decode(raw, StandardCharsets.UTF_8).equals(name);
        } catch (IllegalArgumentException e) {
            // The percent-encoding is invalid, so the name cannot be equal.
            return false;
        }
    }
}
