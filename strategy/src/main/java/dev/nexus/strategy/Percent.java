package dev.nexus.strategy;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** Percent-encoding of RFC 3986, section 2.1, over UTF-8. */
final class Percent {

    private static final String UNRESERVED = "-._~";
    private static final String HEX = "0123456789ABCDEF";

    private Percent() {}

    /** Encodes all characters except the unreserved ones. The result is valid in a path segment, a query and a form. */
    static String encode(String text) {
        StringBuilder encoded = new StringBuilder(text.length() + 16);
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
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
