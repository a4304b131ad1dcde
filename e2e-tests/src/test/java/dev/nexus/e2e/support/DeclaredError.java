package dev.nexus.e2e.support;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * An error code as the source of ErrorCode declares it. The tests do not use this class, so they parse its source.
 *
 * @param code the wire form, for example {@code invalid_state}
 * @param status the HTTP status
 * @param temporary true if a retry can succeed
 */
public record DeclaredError(String code, String status, boolean temporary) {

    private static final String SOURCE = "shared-contracts/src/main/java/dev/nexus/contracts/ErrorCode.java";
    private static final Pattern CODE = Pattern.compile("^    ([A-Z_]+)\\((\\d{3})\\)[,;]$", Pattern.MULTILINE);
    private static final Pattern TEMPORARY = Pattern.compile("this == ([A-Z_]+)");

    /** Reads all error codes. */
    public static List<DeclaredError> all() throws IOException {
        String source = Files.readString(Checkout.ROOT.resolve(SOURCE));
        List<String> temporary =
                TEMPORARY.matcher(source).results().map(found -> found.group(1)).toList();
        return CODE.matcher(source).results().map(found -> of(found, temporary)).toList();
    }

    private static DeclaredError of(MatchResult found, List<String> temporary) {
        String name = found.group(1);
        return new DeclaredError(name.toLowerCase(Locale.ROOT), found.group(2), temporary.contains(name));
    }
}
