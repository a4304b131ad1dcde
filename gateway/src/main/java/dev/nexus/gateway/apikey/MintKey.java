package dev.nexus.gateway.apikey;

import dev.nexus.runtime.InvalidFileException;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Mints an API key. Prints its entry for the API keys file to stdout, and the key to stderr. */
@Command(
        name = "mint-key",
        mixinStandardHelpOptions = true,
        description = {
            "Mints an API key.",
            "Prints the entry for the API keys file to stdout, and the key to stderr.",
            "Keep the key: Nexus stores only its hash and cannot show it again."
        })
public final class MintKey implements Callable<Integer> {

    private static final String ALL = "all";

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--tenant", required = true, description = "The tenant that owns the key.")
    private String tenant = "";

    @Option(
            names = "--scopes",
            required = true,
            split = ",",
            description = "Comma-separated scopes: connections:write, connections:read, tokens:read, providers:admin,"
                    + " webhooks:admin, audit:read. Or: all.")
    private List<String> scopes = List.of();

    @Option(
            names = "--return-origin",
            description = "An allowed origin of return_url, such as https://your-app.com. Repeatable.")
    private List<String> returnOrigins = List.of();

    @Option(
            names = "--rate",
            defaultValue = "50",
            description = "Average number of requests per second (default: ${DEFAULT-VALUE}).")
    private long rate;

    @Option(
            names = "--burst",
            defaultValue = "100",
            description = "Maximum number of requests in a burst (default: ${DEFAULT-VALUE}).")
    private long burst;

    @Option(
            names = "--expires-at",
            description = "RFC 3339 time, such as 2027-01-31T00:00:00Z. Without it, the key does not expire.")
    private @Nullable String expiresAt;

    @Override
    public Integer call() {
        PresentedKey key = PresentedKey.mint(new SecureRandom());
        String entry = entry(key);
        try {
            ApiKeysFile.parse("keys:\n" + entry, true);
        } catch (InvalidFileException invalid) {
            throw refusal(String.valueOf(invalid.getMessage())
                    .replace("keys[0].", "")
                    .replace("return_origins", "--return-origin"));
        }
        PrintWriter out = commandSpec().commandLine().getOut();
        PrintWriter err = commandSpec().commandLine().getErr();
        out.print(entry);
        out.flush();
        err.println(key.reveal());
        err.flush();
        return 0;
    }

    private String entry(PresentedKey key) {
        StringBuilder entry = new StringBuilder();
        entry.append("- id: \"").append(key.id()).append("\"\n");
        entry.append("  tenant: \"").append(plain("--tenant", tenant)).append("\"\n");
        entry.append("  sha256: \"")
                .append(HexFormat.of().formatHex(key.sha256()))
                .append("\"\n");
        entry.append("  scopes: [").append(quoted("--scopes", expandedScopes())).append("]\n");
        entry.append("  return_origins: [")
                .append(quoted("--return-origin", returnOrigins))
                .append("]\n");
        entry.append("  rate: {per_second: ")
                .append(rate)
                .append(", burst: ")
                .append(burst)
                .append("}\n");
        if (expiresAt != null) {
            entry.append("  expires_at: \"").append(time(expiresAt)).append("\"\n");
        }
        return entry.toString();
    }

    private List<String> expandedScopes() {
        return scopes.equals(List.of(ALL)) ? List.copyOf(new TreeSet<>(ApiKeysFile.SCOPES)) : scopes;
    }

    private String quoted(String option, List<String> values) {
        return String.join(
                ", ",
                values.stream().map(value -> '"' + plain(option, value) + '"').toList());
    }

    private String plain(String option, String value) {
        if (!value.matches("[\\x21-\\x7e&&[^\"\\\\]]+")) {
            throw refusal(option + " must be printable ASCII without quotes, backslashes and white space");
        }
        return value;
    }

    private OffsetDateTime time(String text) {
        try {
            return OffsetDateTime.parse(text);
        } catch (DateTimeParseException malformed) {
            throw refusal("--expires-at must be an RFC 3339 time such as 2027-01-31T00:00:00Z");
        }
    }

    private ParameterException refusal(String rule) {
        return new ParameterException(commandSpec().commandLine(), rule);
    }

    private CommandSpec commandSpec() {
        if (spec == null) {
            throw new IllegalStateException("picocli sets spec before it calls the command");
        }
        return spec;
    }
}
