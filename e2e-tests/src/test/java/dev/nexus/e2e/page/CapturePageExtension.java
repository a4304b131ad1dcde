package dev.nexus.e2e.page;

import dev.nexus.e2e.support.AuditTrails;
import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.e2e.support.Replica;
import dev.nexus.launcher.Artifacts;
import dev.nexus.launcher.DevCertificates;
import dev.nexus.launcher.MintedKey;
import dev.nexus.launcher.Nexus;
import dev.nexus.launcher.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** Starts a Nexus with a brand for acme, and the application of the tenants. Both stop after the last test. */
final class CapturePageExtension implements BeforeAllCallback, AfterAllCallback {

    private static final String LOGO = """
            <svg xmlns="http://www.w3.org/2000/svg" width="168" height="40" viewBox="0 0 168 40"><rect x="2" y="2"
            width="36" height="36" rx="9" fill="#7c3aed"/><path d="M11 27l9-15 9 15z" fill="#fff"/><g fill="#8b5cf6">
            <rect x="50" y="12" width="76" height="7" rx="3.500"/><rect x="50" y="23" width="112" height="5" rx="2.500"/></g>
            </svg>
            """;

    private static @Nullable Running running;

    private record Running(Nexus nexus, ReturnSite site) implements AutoCloseable {
        @Override
        public void close() {
            nexus.close();
            site.close();
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        running = context.getRoot()
                .getStore(Namespace.create(CapturePageExtension.class))
                .computeIfAbsent("nexus", key -> start(), Running.class);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        AuditTrails.assertLegal(running().nexus());
    }

    private static Running running() {
        return Objects.requireNonNull(running, "the test class has no @ExtendWith(CapturePageExtension.class)");
    }

    private static Running start() {
        try {
            ReturnSite site = ReturnSite.start();
            Path folder = NexusExtension.emptyFolder("capture-page");
            Path logo = Files.writeString(folder.resolve("logo.svg"), LOGO);
            Path logoDark = Files.writeString(folder.resolve("logo-dark.svg"), LOGO.replace("#8b5cf6", "#c4b5fd"));
            Map<String, String> settings = Map.of(
                    "nexus.gateway.branding.acme.name", "Acme Reports",
                    "nexus.gateway.branding.acme.logo", logo.toString(),
                    "nexus.gateway.branding.acme.logo-dark", logoDark.toString(),
                    "nexus.gateway.branding.acme.accent", "#7c3aed",
                    "nexus.gateway.branding.framed.frame-ancestors", "https://app.example.com",
                    "nexus.gateway.auth-rate.per-second", "1000",
                    "nexus.gateway.auth-rate.burst", "1000");
            List<MintedKey.Spec> keys =
                    List.of(keySpec("acme", site), keySpec("globex", site), keySpec("framed", site));
            return new Running(
                    Nexus.start(new Nexus.Plan(
                            Artifacts.around(Path.of("")),
                            folder.resolve("nexus"),
                            0,
                            0,
                            0,
                            settings,
                            NexusExtension.JVM_OPTIONS,
                            keys,
                            progress -> {})),
                    site);
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static MintedKey.Spec keySpec(String tenant, ReturnSite site) {
        return new MintedKey.Spec(tenant, "all", "--rate", "1000", "--burst", "1000", "--return-origin", site.origin());
    }

    static ReturnSite site() {
        return running().site();
    }

    static Backend acme() {
        return NexusExtension.backend(running().nexus(), 0);
    }

    /** Returns a backend of a tenant without a brand. */
    static Backend globex() {
        return NexusExtension.backend(running().nexus(), 1);
    }

    /** Returns a backend of a tenant that lets https://app.example.com frame the page. */
    static Backend framed() {
        return NexusExtension.backend(running().nexus(), 2);
    }

    static void sql(String statement) {
        NexusExtension.sql(running().nexus(), statement);
    }

    /** Starts another Gateway with {@code changed} settings and waits until it is ready. */
    static ServiceProcess anotherGateway(Map<String, String> changed) throws IOException, InterruptedException {
        ServiceProcess gateway = Replica.start(running().nexus(), DevCertificates.Service.GATEWAY, changed);
        gateway.awaitReady();
        return gateway;
    }
}
