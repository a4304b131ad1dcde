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
 * Two Brokers and two Gateways over one database behind a load balancer, as production has them: the database is migrated
 * by the command under the owner's role, and the Brokers use one that changes no table.
 */
final class Replicas implements AutoCloseable {

    /** Longer than the load balancer takes to see that a replica is not ready. */
    private static final String DRAIN = "3S";

    /**
     * As minReadySeconds of a Kubernetes deployment: how long a replica serves before the next one ends. It is part of what
     * is promised, so it is waited for by the clock.
     */
    private static final int MIN_READY_SECONDS = 10;

    /** Two cores carry all of it: the second compiler would take them for the whole test. */
    private static final List<String> JVM = List.of("-XX:TieredStopAtLevel=1");

    private static final Pattern ANSWERS =
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
            List<ServiceProcess> brokers = List.of(
                    Replica.start(nexus, Service.BROKER, broker, JVM),
                    Replica.start(nexus, Service.BROKER, broker, JVM));
            List<ServiceProcess> gateways = List.of(
                    Replica.start(nexus, Service.GATEWAY, gateway, JVM),
                    Replica.start(nexus, Service.GATEWAY, gateway, JVM));
            LoadBalancer balancer = LoadBalancer.start(nexus.folder(), ports, gateways, brokers);
            Replicas replicas = new Replicas(nexus, brokers, gateways, balancer);
            for (ServiceProcess service : replicas.all()) {
                service.awaitReady();
            }
            balanced();
            return replicas;
        } catch (IOException | InterruptedException | RuntimeException failure) {
            nexus.close();
            throw failure;
        }
    }

    private List<ServiceProcess> all() {
        return List.of(brokers.get(0), brokers.get(1), gateways.get(0), gateways.get(1));
    }

    /** As long as the load balancer takes to see who is ready. */
    private static void balanced() throws InterruptedException {
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

    /** A backend that comes by way of the load balancer. */
    Backend backend(int key) {
        return new Backend(balancer.gatewayUrl(), nexus.keys().get(key).key());
    }

    /** How many requests a replica has answered since its start, by its metrics. */
    static long answers(ServiceProcess replica) {
        return ANSWERS.matcher(RestAssured.get("http://127.0.0.1:" + replica.managementPort() + "/q/metrics")
                        .asString())
                .results()
                .mapToLong(count -> (long) Double.parseDouble(count.group(1)))
                .sum();
    }

    /** Waits for five seconds in which every request was answered as it should be. */
    static void awaitWarm(Load load, int perSecond) {
        await().atMost(Duration.ofSeconds(90)).until(() -> {
            List<Load.Answer> lately = load.sentSince(System.nanoTime() - TimeUnit.SECONDS.toNanos(5));
            return lately.size() > 4 * perSecond && lately.stream().allMatch(answer -> answer.status() == 200);
        });
    }

    /** One after the other: SIGTERM, the end, a new process, ready. */
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
