package dev.nexus.gateway;

import dev.nexus.gateway.apikey.MintKey;
import dev.nexus.gateway.broker.MintServiceKey;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** Runs the Gateway; with a command as its first argument runs that instead, before anything of the service starts. */
@QuarkusMain
public final class GatewayMain {

    private GatewayMain() {}

    @Command(
            name = "nexus-gateway",
            mixinStandardHelpOptions = true,
            version = "Nexus Gateway 0.1.0",
            description = "Without a command, runs the Gateway. Settings are given as -Dnexus.gateway.…",
            subcommands = {MintKey.class, MintServiceKey.class, HelpCommand.class})
    private static final class Commands implements Runnable {
        @Override
        public void run() {
            Quarkus.run();
        }
    }

    public static void main(String... arguments) {
        if (arguments.length == 0) {
            // Quarkus would refuse a malformed URI with an empty 400, before any route or filter. The gate refuses it
            // instead.
            System.setProperty("vertx.disableURIValidation", "true");
            Quarkus.run(arguments);
        } else {
            // Netty's use of sun.misc.Unsafe would make Java 24 and newer print a warning above the command's output.
            System.setProperty("io.netty.noUnsafe", "true");
            System.exit(new CommandLine(new Commands()).execute(arguments));
        }
    }
}
