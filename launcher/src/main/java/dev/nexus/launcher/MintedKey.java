package dev.nexus.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * An API key made by the Gateway's own command.
 *
 * @param key the key itself, secret
 * @param entry its entry for the API keys file, YAML
 */
public record MintedKey(String key, String entry) {

    /** What a key is to be. */
    public record Wish(String tenant, String scopes, List<String> options) {

        public Wish(String tenant, String scopes, String... options) {
            this(tenant, scopes, List.of(options));
        }
    }

    static MintedKey mint(Path gatewayJar, Wish wish) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Java.executable(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", gatewayJar.toString()));
        command.addAll(List.of("mint-key", "--tenant", wish.tenant(), "--scopes", wish.scopes()));
        command.addAll(wish.options());
        Process process = new ProcessBuilder(command).start();
        CompletableFuture<String> error = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()));
        String entry = read(process.getInputStream());
        if (process.waitFor() != 0) {
            throw new LauncherException("mint-key failed: " + error.join());
        }
        String key = error.join()
                .lines()
                .filter(line -> line.startsWith("nxs_"))
                .findFirst()
                .orElseThrow(() -> new LauncherException("mint-key showed no key"));
        return new MintedKey(key, entry);
    }

    private static String read(InputStream stream) {
        try {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new LauncherException("mint-key could not be read", failure);
        }
    }

    @Override
    public String toString() {
        return "MintedKey[***]";
    }
}
