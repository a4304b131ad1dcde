package dev.nexus.e2e.resilience;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.BrokerCommand;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.e2e.support.PreviousRelease;
import dev.nexus.e2e.support.Replica;
import dev.nexus.launcher.Artifacts;
import dev.nexus.launcher.DevCertificates.Service;
import dev.nexus.launcher.Nexus;
import dev.nexus.launcher.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The middle of an upgrade: Brokers and Gateways of the previous release and of this build with one database.
 *
 * <p>The previous release created the database and this build migrated it. A Gateway runs for each of the four pairs
 * of versions. A load balancer sends each request to the next pair.
 */
final class SideBySide implements AutoCloseable {

    private final Nexus nexus;
    private final ServiceProcess newBroker;
    private final List<Pair> pairs;
    private final String beforeTheUpgrade;
    private final LoadBalancer balancer;

    /**
     * A Gateway and the Broker that it calls, each of one version.
     *
     * @param name the pair's name in test reports
     */
    record Pair(String name, ServiceProcess gateway, Backend acme) {
        @Override
        public String toString() {
            return name;
        }
    }

    private SideBySide(
            Nexus nexus, ServiceProcess newBroker, List<Pair> pairs, String beforeTheUpgrade, LoadBalancer balancer) {
        this.nexus = nexus;
        this.newBroker = newBroker;
        this.pairs = pairs;
        this.beforeTheUpgrade = beforeTheUpgrade;
        this.balancer = balancer;
    }

    static SideBySide start() throws IOException, InterruptedException {
        Artifacts previous = PreviousRelease.build();
        Artifacts current = Artifacts.around(Path.of(""));
        Nexus nexus = NexusExtension.start(
                previous, "side-by-side", Map.of(), NexusExtension.everyKey(PreviousRelease.SCOPES));
        try {
            String beforeTheUpgrade = NexusExtension.backend(nexus, 0).connect("before", "before-the-upgrade");
            nexus.gateway().close();
            BrokerCommand.migrate(nexus, current, Map.of());
            // As in deploy/kubernetes, a separate job migrates. With migrate-at-start, the previous release would
            // know only its own migrations and reject a database with a later one.
            nexus.restartBroker(Map.of("quarkus.flyway.migrate-at-start", "false"));
            ServiceProcess newBroker = Replica.start(nexus, current, Service.BROKER, Map.of());

            LoadBalancer.Ports ports = LoadBalancer.Ports.choose();
            String publicUrl = "http://127.0.0.1:" + ports.gateways();
            List<Pair> pairs = new ArrayList<>();
            for (Artifacts gateway : List.of(previous, current)) {
                for (ServiceProcess broker : List.of(nexus.broker(), newBroker)) {
                    ServiceProcess started = Replica.start(
                            nexus,
                            gateway,
                            Service.GATEWAY,
                            Map.of(
                                    "nexus.gateway.public-url",
                                    publicUrl,
                                    "nexus.gateway.broker-url",
                                    "https://127.0.0.1:" + broker.port()));
                    pairs.add(new Pair(
                            (gateway.equals(previous) ? "previous" : "new") + " Gateway, "
                                    + (broker.equals(newBroker) ? "new" : "previous") + " Broker",
                            started,
                            new Backend(
                                    "http://127.0.0.1:" + started.port(),
                                    nexus.keys().get(0).key())));
                }
            }
            newBroker.awaitReady();
            for (Pair pair : pairs) {
                pair.gateway().awaitReady();
            }
            LoadBalancer balancer = LoadBalancer.start(
                    nexus.folder(), ports, pairs.stream().map(Pair::gateway).toList(), List.of());
            balancer.awaitAnswer();
            return new SideBySide(nexus, newBroker, pairs, beforeTheUpgrade, balancer);
        } catch (IOException | InterruptedException | RuntimeException failure) {
            nexus.close();
            throw failure;
        }
    }

    Nexus nexus() {
        return nexus;
    }

    List<ServiceProcess> brokers() {
        return List.of(nexus.broker(), newBroker);
    }

    List<Pair> pairs() {
        return pairs;
    }

    /** Returns the id of a connection captured before the upgrade. Its credential is "before-the-upgrade". */
    String beforeTheUpgrade() {
        return beforeTheUpgrade;
    }

    /** Returns the load balancer's URL. */
    String balancedUrl() {
        return balancer.gatewayUrl();
    }

    @Override
    public void close() {
        balancer.close();
        nexus.close();
    }
}
