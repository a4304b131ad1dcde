package dev.nexus.broker.cipher.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Adds a new key to the local keyset: it seals from now on, the former ones go on opening. */
@Command(
        name = "rotate-local-keyset",
        mixinStandardHelpOptions = true,
        description = {
            "Adds a new key to the local keyset. It seals once a Broker is started anew; the former keys go on opening.",
            "A running Broker follows when it meets a value that the new key has sealed."
        })
public final class RotateLocalKeyset implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--keyset-file", required = true, description = "The file of nexus.cipher.local.keyset-file.")
    private @Nullable Path file;

    @Override
    public Integer call() throws GeneralSecurityException, IOException {
        if (spec == null || file == null) {
            throw new IllegalStateException("picocli fills in what is required");
        }
        if (!Files.exists(file)) {
            throw new ParameterException(
                    spec.commandLine(), "--keyset-file names no file; a Broker makes it at its start");
        }
        int id = new KeysetFile(file).rotate();
        spec.commandLine().getOut().println("The newest key is " + Integer.toUnsignedString(id));
        return 0;
    }
}
