package dev.nexus.broker.audit;

import dev.nexus.broker.audit.TrailReplay.IllegalEvent;
import dev.nexus.broker.database.CommandSettings;
import dev.nexus.broker.database.DatabaseForCommand;
import dev.nexus.broker.database.DatabaseOptions;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Checks the order of the audit events of each connection with {@link LifeCycle}. Only reads. */
@Command(
        name = "audit-check",
        mixinStandardHelpOptions = true,
        description = {
            "Checks that the audit events of each connection are in an order that the life cycle of a connection"
                    + " allows, and prints the first illegal event of each connection. Only reads.",
            "Safe while Brokers run. Reads the events in pages, with two connections and bounded memory.",
            "Exits with 0 if each order is legal, with 1 if an order is illegal, and with 2 if the check did not end.",
            "Connects to the database with the Broker's settings (URL, user, password, TLS, PgBouncer). Reads them from"
                    + " -D, the environment, and the files of smallrye.config.locations. Options override the URL, the"
                    + " user and the password."
        })
public final class AuditCheckCommand implements Callable<Integer> {

    private static final int NOT_CHECKED = 2;

    /** The longest wait for a statement. The statement time-out is shorter, so it ends a slow statement first. */
    private static final Duration TIME_LIMIT = Duration.ofMinutes(1);

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private DatabaseOptions database = new DatabaseOptions();

    @Option(
            names = "--until",
            description = "Checks only the events before this time, such as 2026-11-24T09:30:00Z. Default: one minute"
                    + " ago, because a newer event can belong to a transaction that has not ended.")
    private @Nullable OffsetDateTime until;

    private final int page;
    private Instant lastLine = Instant.now();
    private long events;
    private long unknown;
    private long connections;
    private long illegal;

    public AuditCheckCommand() {
        this(AuditTrailStatements.PAGE);
    }

    /** @param page the most events of a page */
    AuditCheckCommand(int page) {
        this.page = page;
    }

    @Override
    public Integer call() throws IOException {
        try (DatabaseForCommand opened = database.open(CommandSettings.read(), "nexus-audit-check")) {
            checkAll(new AuditTrailStatements(opened.pool(), page));
        } catch (ParameterException wrong) {
            throw wrong;
        } catch (RuntimeException failure) {
            err().println("The audit trail was not checked completely: " + failure.getMessage());
            return NOT_CHECKED;
        }
        return printResult();
    }

    private void checkAll(AuditTrailStatements statements) {
        OffsetDateTime before = until == null ? await(statements.settled()) : until;
        Optional<String> tenant = await(statements.tenantAfter(""));
        while (tenant.isPresent()) {
            check(statements, tenant.get(), before);
            tenant = await(statements.tenantAfter(tenant.get()));
        }
    }

    /** Checks the connections of a tenant. A connection whose events exceed a page is read with further statements. */
    private void check(AuditTrailStatements statements, String tenant, OffsetDateTime before) {
        UUID connection = AuditTrailStatements.LAST_ID;
        List<OffsetDateTime> erasures = await(statements.erasures(tenant, before));
        TrailReplay replay = new TrailReplay(erasures);
        List<TrailEvent> read = await(statements.connectionsBefore(tenant, connection, before));
        while (!read.isEmpty()) {
            for (TrailEvent event : read) {
                if (!event.connection().equals(connection)) {
                    end(tenant, replay);
                    replay = new TrailReplay(erasures);
                    connection = event.connection();
                    connections++;
                }
                add(event, replay);
            }
            printProgress();
            TrailEvent last = read.get(read.size() - 1);
            read = statements.isFull(read) ? await(statements.eventsAfter(tenant, last, before)) : List.of();
            if (read.isEmpty()) {
                read = await(statements.connectionsBefore(tenant, connection, before));
            }
        }
        end(tenant, replay);
    }

    private void add(TrailEvent event, TrailReplay replay) {
        events++;
        if (event.step().isEmpty()) {
            unknown++;
        }
        replay.add(event);
    }

    private void end(String tenant, TrailReplay replay) {
        replay.end().ifPresent(found -> {
            illegal++;
            print(tenant, found);
        });
    }

    private void print(String tenant, IllegalEvent found) {
        TrailEvent event = found.event();
        out().printf(
                        "Illegal event: tenant=%s connection_id=%s event_id=%s at=%s action=%s state=%s%n",
                        tenant,
                        event.connection(),
                        event.id(),
                        event.at().toInstant(),
                        event.action(),
                        found.state().name().toLowerCase(Locale.ROOT));
    }

    private void printProgress() {
        if (lastLine.plus(BETWEEN_LINES).isBefore(Instant.now())) {
            err().printf(
                            "Checked %d events of %d connections. Connections with an illegal event: %d%n",
                            events, connections, illegal);
            lastLine = Instant.now();
        }
    }

    private int printResult() {
        if (unknown > 0) {
            err().printf("%d events were not checked, because their action is of a later version%n", unknown);
        }
        if (illegal == 0) {
            out().printf("Checked %d events of %d connections. Each order is legal%n", events, connections);
            return 0;
        }
        err().printf(
                        "Checked %d events of %d connections. Connections with an illegal event: %d. See"
                                + " docs/operations/audit-check.md%n",
                        events, connections, illegal);
        return 1;
    }

    private static <T> T await(Uni<T> statement) {
        return statement.await().atMost(TIME_LIMIT);
    }

    private PrintWriter out() {
        return command().commandLine().getOut();
    }

    private PrintWriter err() {
        return command().commandLine().getErr();
    }

    private CommandSpec command() {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the spec before it calls the command");
        }
        return spec;
    }
}
