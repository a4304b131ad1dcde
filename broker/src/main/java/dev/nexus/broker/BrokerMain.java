package dev.nexus.broker;

import dev.nexus.broker.audit.AuditCheckCommand;
import dev.nexus.broker.cipher.local.RotateLocalKeyset;
import dev.nexus.broker.database.CommandSettings;
import dev.nexus.broker.database.DatabaseAtStart;
import dev.nexus.broker.database.DatabaseUrls;
import dev.nexus.broker.database.MigrateCommand;
import dev.nexus.broker.tenant.EraseTenantCommand;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** Runs the Broker, or the command that the first argument names. A command runs without the service. */
@QuarkusMain
public final class BrokerMain {

    private BrokerMain() {}

    @Command(
            name = "nexus-broker",
            mixinStandardHelpOptions = true,
            version = "Nexus Broker 0.1.0",
            description = "Runs the Broker if no command is given. Pass settings as -Dnexus.….",
            subcommands = {
                MigrateCommand.class,
                RotateLocalKeyset.class,
                EraseTenantCommand.class,
                AuditCheckCommand.class,
                HelpCommand.class
            })
    private static final class Commands implements Runnable {
        @Override
        public void run() {
            start();
        }
    }

    private static void start() {
        DatabaseUrls.check(CommandSettings.read());
        DatabaseAtStart.advise();
        Quarkus.run();
    }

    public static void main(String... arguments) {
        if (arguments.length == 0) {
            start();
        } else {
            // Netty's use of sun.misc.Unsafe would make Java 24 and newer print a warning above the command's output.
            System.setProperty("io.netty.noUnsafe", "true");
            System.exit(new CommandLine(new Commands()).execute(arguments));
        }
    }
}
