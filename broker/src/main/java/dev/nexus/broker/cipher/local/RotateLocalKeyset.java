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

/** Adds a new key to the local keyset. The previous keys still decrypt. */
@Command(
        name = "rotate-local-keyset",
        mixinStandardHelpOptions = true,
        description = {
            "Adds a new key to the local keyset. The previous keys still decrypt.",
            "A Broker uses the new key after it has read the file again. It reads the file when it starts, when it"
                    + " runs the re-seal job, and when it must decrypt a value that another Broker has encrypted with"
                    + " the new key."
        })
public final class RotateLocalKeyset implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--keyset-file", required = true, description = "The file of nexus.cipher.local.keyset-file.")
    private @Nullable Path file;

    @Override
    public Integer call() throws GeneralSecurityException, IOException {
        if (spec == null || file == null) {
            throw new IllegalStateException("picocli sets the required options before it calls the command");
        }
        if (!Files.exists(file)) {
            throw new ParameterException(
                    spec.commandLine(), "--keyset-file: the file does not exist. A Broker creates it when it starts");
        }
        int id = new KeysetFile(file).rotate();
        spec.commandLine().getOut().println("The newest key is " + Integer.toUnsignedString(id));
        return 0;
    }
}
