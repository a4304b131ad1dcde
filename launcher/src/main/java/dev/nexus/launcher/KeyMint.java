package dev.nexus.launcher;

import dev.nexus.launcher.MintedKey.Spec;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * Mints API keys with the command {@code mint-key} of a packaged Gateway. The command runs in this JVM, from the
 * Gateway's jars. A new JVM for each key would take longer than the start of the product. Not thread-safe.
 */
final class KeyMint implements AutoCloseable {

    private static final String COMMAND = "dev.nexus.gateway.apikey.MintKey";

    private final URLClassLoader gateway;

    private KeyMint(URLClassLoader gateway) {
        this.gateway = gateway;
    }

    static KeyMint of(Artifacts artifacts) throws IOException {
        Path packaged = artifacts.gatewayJar().resolveSibling("");
        List<URL> jars = new ArrayList<>();
        for (String folder : List.of("app", "lib/boot", "lib/main")) {
            if (!Files.isDirectory(packaged.resolve(folder))) {
                throw new LauncherException("The Gateway is not built. Run ./quickstart or mvn package.");
            }
            try (Stream<Path> files = Files.list(packaged.resolve(folder))) {
                for (Path jar :
                        files.filter(file -> file.toString().endsWith(".jar")).toList()) {
                    jars.add(jar.toUri().toURL());
                }
            }
        }
        return new KeyMint(new URLClassLoader("gateway", jars.toArray(URL[]::new), KeyMint.class.getClassLoader()));
    }

    MintedKey mint(Spec spec) {
        List<String> arguments = new ArrayList<>(List.of("--tenant", spec.tenant(), "--scopes", spec.scopes()));
        arguments.addAll(spec.options());
        StringWriter out = new StringWriter();
        StringWriter error = new StringWriter();
        int code = command()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(error))
                .execute(arguments.toArray(String[]::new));
        if (code != 0) {
            throw new LauncherException("mint-key failed: " + error);
        }
        String key = error.toString()
                .lines()
                .filter(line -> line.startsWith("nxs_"))
                .findFirst()
                .orElseThrow(() -> new LauncherException("mint-key printed no key"));
        return new MintedKey(key, out.toString());
    }

    private CommandLine command() {
        try {
            return new CommandLine(gateway.loadClass(COMMAND).getConstructor().newInstance());
        } catch (ReflectiveOperationException failure) {
            throw new LauncherException(
                    "The packaged Gateway has no command mint-key. Run ./quickstart or mvn package.", failure);
        }
    }

    @Override
    public void close() throws IOException {
        gateway.close();
    }
}
