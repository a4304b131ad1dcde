package dev.nexus.gateway;

import dev.nexus.gateway.apikey.MintKey;
import dev.nexus.gateway.broker.MintServiceKey;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** Runs the Gateway. With a command as the first argument, runs only that command and does not start the service. */
@QuarkusMain
public final class GatewayMain {

    private GatewayMain() {}

    @Command(
            name = "nexus-gateway",
            mixinStandardHelpOptions = true,
            version = "Nexus Gateway 0.1.0",
            description = "Without a command, runs the Gateway. Give its settings as -Dnexus.gateway.…",
            subcommands = {MintKey.class, MintServiceKey.class, HelpCommand.class})
    private static final class Commands implements Runnable {
        @Override
        public void run() {
            Quarkus.run();
        }
    }

    public static void main(String... arguments) {
        if (arguments.length == 0) {
            // Quarkus would refuse a malformed URI with an empty 400, before any route or filter. RequestUri refuses it
            // instead, with an error body.
            System.setProperty("vertx.disableURIValidation", "true");
            Quarkus.run(arguments);
        } else {
            // Because Netty uses sun.misc.Unsafe, Java 24 and newer would print a warning above the command's output.
            System.setProperty("io.netty.noUnsafe", "true");
            System.exit(new CommandLine(new Commands()).execute(arguments));
        }
    }
}
