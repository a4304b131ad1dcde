package dev.nexus.e2e.resilience;

import static org.awaitility.Awaitility.await;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.BrokerCommand;
import dev.nexus.e2e.support.Load;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.e2e.support.Replica;
import dev.nexus.launcher.DevCertificates.Service;
import dev.nexus.launcher.Nexus;
import dev.nexus.launcher.ServiceProcess;
import io.restassured.RestAssured;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Two Brokers and two Gateways with one database behind a load balancer, as in production.
 *
 * <p>The migration command runs as the owner of the database. The role of the Brokers cannot change tables.
 */
final class Replicas implements AutoCloseable {

    /** Longer than the load balancer needs to detect that a replica is not ready. */
    private static final String DRAIN = "3S";

    /**
     * The time a replica serves before the next one stops, like minReadySeconds of a Kubernetes Deployment.
     *
     * <p>The rollout guarantees this time, so the test sleeps instead of polling.
     */
    private static final int MIN_READY_SECONDS = 10;

    private static final Pattern REQUEST_COUNT =
            Pattern.compile("^http_server_requests_seconds_count\\{[^}]*} ([0-9.E]+)$", Pattern.MULTILINE);

    static final String SERVICE_ROLE = "nexus_broker";

    private final Nexus nexus;
    private final List<ServiceProcess> brokers;
    private final List<ServiceProcess> gateways;
    private final LoadBalancer balancer;

    private Replicas(Nexus nexus, List<ServiceProcess> brokers, List<ServiceProcess> gateways, LoadBalancer balancer) {
        this.nexus = nexus;
        this.brokers = brokers;
        this.gateways = gateways;
        this.balancer = balancer;
    }

    static Replicas start(String name, Map<String, String> settings) throws IOException, InterruptedException {
        Nexus nexus = NexusExtension.start(name, settings);
        try {
            nexus.gateway().close();
            nexus.broker().close();
            NexusExtension.sql(nexus, "create role " + SERVICE_ROLE + " login");
            BrokerCommand.migrate(nexus, nexus.artifacts(), Map.of("nexus.migration.service-role", SERVICE_ROLE));

            LoadBalancer.Ports ports = LoadBalancer.Ports.choose();
            Map<String, String> replica = new HashMap<>(settings);
            replica.put("quarkus.shutdown.delay", DRAIN);
            Map<String, String> broker = new HashMap<>(replica);
            broker.put("quarkus.datasource.username", SERVICE_ROLE);
            broker.put("quarkus.flyway.migrate-at-start", "false");
            Map<String, String> gateway = new HashMap<>(replica);
            gateway.put("nexus.gateway.broker-url", "https://127.0.0.1:" + ports.brokers());
            List<ServiceProcess> brokers =
                    List.of(Replica.start(nexus, Service.BROKER, broker), Replica.start(nexus, Service.BROKER, broker));
            List<ServiceProcess> gateways = List.of(
                    Replica.start(nexus, Service.GATEWAY, gateway), Replica.start(nexus, Service.GATEWAY, gateway));
            LoadBalancer balancer = LoadBalancer.start(nexus.folder(), ports, gateways, brokers);
            Replicas replicas = new Replicas(nexus, brokers, gateways, balancer);
            for (ServiceProcess service : replicas.all()) {
                service.awaitReady();
            }
            awaitHealthChecks();
            return replicas;
        } catch (IOException | InterruptedException | RuntimeException failure) {
            nexus.close();
            throw failure;
        }
    }

    private List<ServiceProcess> all() {
        return List.of(brokers.get(0), brokers.get(1), gateways.get(0), gateways.get(1));
    }

    /** Waits for the next health checks of the load balancer. */
    private static void awaitHealthChecks() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(1_000);
    }

    Nexus nexus() {
        return nexus;
    }

    List<ServiceProcess> brokers() {
        return brokers;
    }

    List<ServiceProcess> gateways() {
        return gateways;
    }

    /** Returns a backend that calls the load balancer. */
    Backend backend(int key) {
        return new Backend(balancer.gatewayUrl(), nexus.keys().get(key).key());
    }

    /** Returns the number of requests that a replica has answered, from its metrics. */
    static long answeredRequests(ServiceProcess replica) {
        return REQUEST_COUNT
                .matcher(RestAssured.get("http://127.0.0.1:" + replica.managementPort() + "/q/metrics")
                        .asString())
                .results()
                .mapToLong(count -> (long) Double.parseDouble(count.group(1)))
                .sum();
    }

    /** Waits until all requests of the last five seconds have succeeded. */
    static void awaitWarm(Load load, int perSecond) {
        await().atMost(Duration.ofSeconds(90)).until(() -> {
            List<Load.Answer> lately = load.sentSince(System.nanoTime() - TimeUnit.SECONDS.toNanos(5));
            return lately.size() > 4 * perSecond && lately.stream().allMatch(answer -> answer.status() == 200);
        });
    }

    /** Restarts the replicas one by one, and waits for each one to become ready. */
    static void restartOneByOne(List<ServiceProcess> replicas) throws IOException, InterruptedException {
        for (ServiceProcess replica : replicas) {
            replica.close();
            replica.restart();
            replica.awaitReady();
            TimeUnit.SECONDS.sleep(MIN_READY_SECONDS);
        }
    }

    @Override
    public void close() {
        balancer.close();
        nexus.close();
    }
}
