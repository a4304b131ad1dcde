package dev.nexus.e2e.operations;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Secret values that a text must not contain in any encoding. */
final class Canaries {

    private static final int MIN = 12;

    private final Map<String, String> values = new LinkedHashMap<>();

    Canaries add(String name, String value) {
        if (value.length() < MIN) {
            throw new IllegalArgumentException(name + " is too short: a text may contain it by chance");
        }
        values.put(name, value);
        return this;
    }

    /** Returns the names of the values in {@code text}, each with its encoding. */
    Set<String> in(String text) {
        Set<String> found = new TreeSet<>();
        values.forEach((name, value) -> forms(value).forEach((form, written) -> {
            if (text.contains(written)) {
                found.add(name + " (" + form + ")");
            }
        }));
        return found;
    }

    /** Returns the encodings of a value: raw, URL-encoded, hex, and base64 at each of the three possible offsets. */
    static Map<String, String> forms(String value) {
        byte[] bytes = value.getBytes(UTF_8);
        String hex = HexFormat.of().formatHex(bytes);
        Map<String, String> forms = new LinkedHashMap<>();
        forms.put("raw", value);
        forms.put("URL-encoded", URLEncoder.encode(value, UTF_8));
        forms.put("hex", hex);
        forms.put("HEX", hex.toUpperCase(Locale.ROOT));
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + bytes.length];
            System.arraycopy(bytes, 0, shifted, before, bytes.length);
            for (Base64.Encoder encoder : List.of(Base64.getEncoder(), Base64.getUrlEncoder())) {
                String text = encoder.withoutPadding().encodeToString(shifted);
                // Omits both ends, which depend on the neighbouring bytes.
                forms.put(
                        "base64 at " + before + (encoder == Base64.getEncoder() ? "" : ", for URLs"),
                        text.substring(before == 0 ? 0 : 4, text.length() - 4));
            }
        }
        return forms;
    }
}
