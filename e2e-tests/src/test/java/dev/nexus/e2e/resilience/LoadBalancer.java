package dev.nexus.e2e.resilience;

import static org.awaitility.Awaitility.await;

import dev.nexus.launcher.FreePorts;
import dev.nexus.launcher.ServiceProcess;
import io.restassured.RestAssured;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * HAProxy on 127.0.0.1 that works like a Kubernetes cluster: an HTTP ingress for the Gateways and a TCP balancer for
 * the Brokers.
 *
 * <p>It skips replicas that are not ready, and never retries a request.
 */
final class LoadBalancer implements AutoCloseable {

    private final Process haproxy;
    private final int gatewayPort;
    private final int brokerPort;

    private LoadBalancer(Process haproxy, int gatewayPort, int brokerPort) {
        this.haproxy = haproxy;
        this.gatewayPort = gatewayPort;
        this.brokerPort = brokerPort;
    }

    /** The two ports, chosen before the services start. */
    record Ports(int gateways, int brokers) {
        static Ports choose() throws IOException {
            return new Ports(FreePorts.any(), FreePorts.any());
        }
    }

    static LoadBalancer start(Path folder, Ports ports, List<ServiceProcess> gateways, List<ServiceProcess> brokers)
            throws IOException {
        Path configuration = folder.resolve("haproxy.cfg");
        Files.writeString(
                configuration, """
                global
                  maxconn 4000
                defaults
                  timeout connect 1s
                  timeout client 60s
                  timeout server 60s
                  timeout check 2s
                  retries 0
                  default-server check inter 300ms fall 3 rise 1
                  option httpchk GET /q/health/ready
                listen gateways
                  mode http
                  bind 127.0.0.1:%d
                  balance roundrobin
                %s
                listen brokers
                  mode tcp
                  bind 127.0.0.1:%d
                  balance roundrobin
                %s
                """.formatted(ports.gateways(), servers(gateways), ports.brokers(), servers(brokers)));
        Process haproxy = new ProcessBuilder("haproxy", "-db", "-f", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("haproxy.log").toFile())
                .start();
        return new LoadBalancer(haproxy, ports.gateways(), ports.brokers());
    }

    private static String servers(List<ServiceProcess> services) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < services.size(); i++) {
            ServiceProcess service = services.get(i);
            lines.append("  server s%d 127.0.0.1:%d port %d%n".formatted(i, service.port(), service.managementPort()));
        }
        return lines.toString().stripTrailing();
    }

    /** Waits until the load balancer forwards requests. */
    void awaitAnswer() {
        await().atMost(Duration.ofSeconds(10))
                .ignoreExceptions()
                .until(() -> RestAssured.get(gatewayUrl() + "/").statusCode() == 404);
    }

    String gatewayUrl() {
        return "http://127.0.0.1:" + gatewayPort;
    }

    String brokerUrl() {
        return "https://127.0.0.1:" + brokerPort;
    }

    @Override
    public void close() {
        haproxy.destroy();
        try {
            if (!haproxy.waitFor(5, TimeUnit.SECONDS)) {
                haproxy.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            haproxy.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
