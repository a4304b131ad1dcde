package dev.nexus.broker.tenant;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.broker.cipher.vault.TenantKey;
import dev.nexus.broker.database.CommandSettings;
import dev.nexus.broker.database.DatabaseForCommand;
import dev.nexus.broker.database.DatabaseOptions;
import dev.nexus.broker.tenant.EraseTenant.Outcome;
import dev.nexus.broker.tenant.TenantErasureStatements.Holdings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Erases a tenant and writes a receipt. Without {@code --yes}, only prints the numbers of the tenant's objects. */
@Command(
        name = "erase-tenant",
        mixinStandardHelpOptions = true,
        description = {
            "Deletes a tenant's credentials, connections, own providers and webhook, and writes a receipt with counts.",
            "Remove the tenant's API keys from the Gateway's file first. The audit log is kept. It contains no"
                    + " credentials.",
            "If the command is interrupted, run it again. With --yes, exits with 0 only if everything is deleted.",
            "Connects to the database with the Broker's settings (URL, user, password, TLS, PgBouncer). Reads them from"
                    + " -D, the environment, and the files of smallrye.config.locations. Options override the URL, the"
                    + " user and the password."
        })
public final class EraseTenantCommand implements Callable<Integer> {

    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final Duration TIME_LIMIT = Duration.ofHours(12);
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--tenant", required = true, description = "The tenant, as in the entries of the API keys.")
    private String tenant = "";

    @Option(names = "--receipt", description = "A new file for the receipt (JSON). Required with --yes.")
    private @Nullable Path receipt;

    @Option(names = "--yes", description = "Erases the tenant. Without this option, the command only counts.")
    private boolean yes;

    @Option(names = "--batch", defaultValue = "500", description = "Rows in one transaction, 1-10000. Default: 500.")
    private int batch;

    @Mixin
    private DatabaseOptions database = new DatabaseOptions();

    @Option(
            names = "--destroy-key",
            description = "Also destroys the tenant's transit key (nexus.cipher.transit.key-per-tenant). Then the"
                    + " values that this key has encrypted cannot be decrypted, also not in backups of the database."
                    + " Values in backups from before key-per-tenant still decrypt, because the common key encrypted"
                    + " them. Needs"
                    + " VAULT_ADDR, VAULT_TOKEN with the policy deploy/vault/nexus-eraser.hcl, and VAULT_CACERT if Java"
                    + " does not trust Vault's certificate.")
    private boolean destroyKey;

    @Option(
            names = "--transit-mount",
            defaultValue = "transit",
            description = "For --destroy-key: the mount of the transit engine. Pass the Broker's value of"
                    + " quarkus.vault.transit-secret-engine-mount-path, which this command does not read. Default:"
                    + " transit.")
    private String mount = "";

    @Option(
            names = "--transit-key",
            defaultValue = "nexus",
            description = "For --destroy-key: the common transit key. Its name is part of the name of the"
                    + " tenant's key. Pass the Broker's value of nexus.cipher.transit.key, which this command does not"
                    + " read. Default: nexus.")
    private String key = "";

    private Instant lastLine = Instant.now();

    @Override
    public Integer call() throws IOException {
        check();
        String startedAt = Instant.now().toString();
        Optional<TenantKey> tenantKey = destroyKey ? Optional.of(tenantKey()) : Optional.empty();
        try (DatabaseForCommand opened = database.open(CommandSettings.read(), "nexus-erase-tenant")) {
            TenantErasureStatements statements = new TenantErasureStatements(opened.pool());
            if (!yes) {
                return printCounts(statements.count(tenant).await().atMost(TIME_LIMIT));
            }
            Outcome outcome = new EraseTenant(statements, batch, this::printProgress)
                    .run(tenant)
                    .await()
                    .atMost(TIME_LIMIT);
            String destroyedKey = tenantKey.flatMap(TenantKey::destroy).orElse(null);
            write(new ErasureReceipt(
                    tenant,
                    startedAt,
                    Instant.now().toString(),
                    outcome.credentials(),
                    outcome.connections(),
                    outcome.before().providers() - outcome.left().providers(),
                    outcome.before().providerVersions() - outcome.left().providerVersions(),
                    outcome.before().webhooks() - outcome.left().webhooks(),
                    // Plus the event of the erasure, which is written after the count.
                    outcome.left().auditEvents() + (outcome.left().isErased() ? 1 : 0),
                    destroyedKey));
            return printResult(outcome.left());
        }
    }

    private void check() {
        if (!TENANT.matcher(tenant).matches()) {
            throw refusal("--tenant must be " + TENANT.pattern());
        }
        if (batch < 1 || batch > 10_000) {
            throw refusal("--batch must be 1-10000");
        }
        if (yes && receipt == null) {
            throw refusal("--receipt is required with --yes. Name a new file.");
        }
        if (receipt != null && Files.exists(receipt)) {
            throw refusal("--receipt: the file already exists. Name a new file.");
        }
    }

    private TenantKey tenantKey() {
        String address = System.getenv("VAULT_ADDR");
        String token = System.getenv("VAULT_TOKEN");
        if (address == null || token == null) {
            throw refusal("--destroy-key needs the environment variables VAULT_ADDR and VAULT_TOKEN");
        }
        return TenantKey.of(
                new TenantKey.Vault(address, token, Optional.ofNullable(System.getenv("VAULT_CACERT")), mount),
                key,
                tenant);
    }

    private int printCounts(Holdings holdings) {
        out().printf(
                        "Nothing was erased. With --yes, tenant %s would lose %d credentials, %d connections, %d own"
                                + " providers and %d rows of its webhook (the endpoint and its events). %d audit events"
                                + " would stay.%n",
                        tenant,
                        holdings.credentials(),
                        holdings.connections(),
                        holdings.providers(),
                        holdings.webhooks(),
                        holdings.auditEvents());
        return 0;
    }

    private void printProgress(String kind, long rows) {
        if (lastLine.plus(BETWEEN_LINES).isBefore(Instant.now())) {
            err().printf("Deleted %d %s%n", rows, kind);
            lastLine = Instant.now();
        }
    }

    private int printResult(Holdings left) {
        if (left.isErased()) {
            out().printf("Tenant %s is erased. The receipt is %s%n", tenant, receipt);
            return 0;
        }
        err().printf(
                        "%d connections, %d own providers and %d rows of the webhook (the endpoint and its events)"
                                + " were created during the erasure. Remove the tenant's API keys from the Gateway's"
                                + " file, and run the command again with another --receipt.%n",
                        left.connections(), left.providers(), left.webhooks());
        return 1;
    }

    /** Writes the receipt and flushes it to disk, before the command reports success. */
    private void write(ErasureReceipt content) throws IOException {
        if (receipt == null) {
            throw new IllegalStateException("check() requires --receipt with --yes");
        }
        byte[] json = new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(content);
        try (FileChannel file = FileChannel.open(
                receipt,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer bytes = ByteBuffer.wrap(json);
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            file.force(true);
        }
    }

    private PrintWriter out() {
        return command().commandLine().getOut();
    }

    private PrintWriter err() {
        return command().commandLine().getErr();
    }

    private ParameterException refusal(String rule) {
        return new ParameterException(command().commandLine(), rule);
    }

    private CommandSpec command() {
        if (spec == null) {
            throw new IllegalStateException("picocli sets the spec before it calls the command");
        }
        return spec;
    }
}
