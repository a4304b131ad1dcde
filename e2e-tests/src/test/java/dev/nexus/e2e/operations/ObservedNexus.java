package dev.nexus.e2e.operations;

import dev.nexus.e2e.support.AuditTrails;
import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.e2e.support.RealVault;
import dev.nexus.launcher.Artifacts;
import dev.nexus.launcher.MintedKey;
import dev.nexus.launcher.Nexus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Starts one Nexus for the tests of logs, metrics and traces.
 *
 * <p>It has production settings, uses Vault and exports its traces to a receiver of the tests. It stops after the
 * last test class.
 */
final class ObservedNexus implements BeforeAllCallback, AfterAllCallback {

    private static @Nullable Running running;

    /** JUnit closes it after the last test class. */
    private record Running(Nexus nexus, OtlpReceiver traces, RealVault vault) implements AutoCloseable {
        @Override
        public void close() {
            nexus.close();
            vault.close();
            traces.close();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        running = context.getRoot()
                .getStore(Namespace.create(ObservedNexus.class))
                .computeIfAbsent("observed", key -> start(), Running.class);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        AuditTrails.assertLegal(running().nexus());
    }

    private static Running running() {
        return Objects.requireNonNull(running, "the test class has no @ExtendWith(ObservedNexus.class)");
    }

    private static Running start() {
        try {
            OtlpReceiver traces = new OtlpReceiver();
            RealVault vault = RealVault.start("observed-vault");
            Map<String, String> settings = new HashMap<>(vault.settings());
            settings.put("quarkus.profile", "prod");
            settings.put("quarkus.shutdown.delay", "PT0.1S");
            settings.put("nexus.gateway.public-url", "https://connect.example.com");
            settings.put("quarkus.otel.sdk.disabled", "false");
            settings.put("quarkus.otel.exporter.otlp.endpoint", traces.endpoint());
            settings.put("quarkus.otel.exporter.otlp.traces.protocol", "http/protobuf");
            settings.put("nexus.gateway.auth-rate.per-second", "1000");
            settings.put("nexus.gateway.auth-rate.burst", "1000");
            settings.put("quarkus.otel.bsp.schedule.delay", "PT0.2S");
            List<MintedKey.Spec> keys = Stream.of("acme", "globex")
                    .map(tenant -> new MintedKey.Spec(
                            tenant,
                            String.join(",", NexusExtension.SCOPES),
                            "--rate",
                            "1000000",
                            "--burst",
                            "1000000",
                            "--return-origin",
                            "https://your-app.com"))
                    .toList();
            Nexus nexus = Nexus.start(new Nexus.Plan(
                    Artifacts.around(Path.of("")),
                    NexusExtension.emptyFolder("observed"),
                    0,
                    0,
                    0,
                    settings,
                    NexusExtension.JVM_OPTIONS,
                    keys,
                    progress -> {}));
            return new Running(nexus, traces, vault);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    static Nexus nexus() {
        return running().nexus();
    }

    static OtlpReceiver traces() {
        return running().traces();
    }

    static RealVault vault() {
        return running().vault();
    }

    static Backend acme() {
        return NexusExtension.backend(nexus(), 0);
    }

    static Backend globex() {
        return NexusExtension.backend(nexus(), 1);
    }

    /** Corrupts the stored credentials of {@code workspace} so that they cannot be decrypted. */
    static void corruptCredentials(String workspace) {
        NexusExtension.sql(nexus(), """
                update credential k set ciphertext = set_byte(ciphertext, 20, get_byte(ciphertext, 20) # 1)
                from connection c where c.id = k.connection_id and c.workspace_id = '%s'
                """.formatted(workspace));
    }
}
