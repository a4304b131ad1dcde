package dev.nexus.e2e.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nexus.testsupport.MissingTool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A router in a separate network namespace that forwards TCP to servers of this machine and can drop packets
 * silently.
 *
 * <p>It sends no reset and no ICMP message for a dropped packet. Clients connect to {@link #address()}. The servers
 * must listen on {@link #serverAddress()}, on the same port.
 */
public final class LossyRouter implements AutoCloseable {

    /** Contains the networks of all routers. */
    static final String NETWORKS = "10.213.0.0/16";

    private final String name;
    private final String link;
    private final String network;

    private LossyRouter(String name, String link, String network) {
        this.name = name;
        this.link = link;
        this.network = network;
    }

    /** Skips a test class with a message if a network namespace cannot be created. Fails it in CI. */
    public static final class Needed implements ExecutionCondition {
        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            try (LossyRouter router = start()) {
                return ConditionEvaluationResult.enabled("a router runs at " + router.address());
            } catch (IOException | IllegalStateException impossible) {
                return MissingTool.skip("a network namespace with iptables cannot be created: become root and"
                        + " install iproute2 and iptables to run " + context.getDisplayName());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(interrupted);
            }
        }
    }

    public static LossyRouter start() throws IOException, InterruptedException {
        int free = ThreadLocalRandom.current().nextInt(256 * 64);
        String id = Integer.toHexString(free);
        LossyRouter router =
                new LossyRouter("nexus-test-" + id, "nxt" + id, "10.213." + free / 64 + "." + free % 64 * 4 + "/");
        run("ip", "netns", "add", router.name);
        try {
            router.connect();
            router.forward();
            return router;
        } catch (IOException | InterruptedException | RuntimeException failure) {
            router.close();
            throw failure;
        }
    }

    private void connect() throws IOException, InterruptedException {
        String inside = link + "i";
        run("ip", "link", "add", link, "type", "veth", "peer", "name", inside, "netns", name);
        run("ip", "addr", "add", serverAddress() + "/30", "dev", link);
        run("ip", "link", "set", link, "up");
        inside("ip", "addr", "add", address() + "/30", "dev", inside);
        inside("ip", "link", "set", inside, "up");
        inside(
                "sh",
                "-c",
                "echo 1 > /proc/sys/net/ipv4/ip_forward"
                        + " && echo 0 > /proc/sys/net/ipv4/conf/all/send_redirects"
                        + " && echo 0 > /proc/sys/net/ipv4/conf/" + inside + "/send_redirects");
    }

    private void forward() throws IOException, InterruptedException {
        inside("iptables", "-t", "nat", "-A", "PREROUTING", "-p", "tcp", "-j", "DNAT", "--to", serverAddress());
        inside("iptables", "-t", "nat", "-A", "POSTROUTING", "-p", "tcp", "-j", "MASQUERADE");
        markNewConnections("1");
    }

    private void markNewConnections(String mark) throws IOException, InterruptedException {
        String[] mangle = {"iptables", "-t", "mangle"};
        inside(mangle, "-F", "PREROUTING");
        inside(mangle, "-A", "PREROUTING", "-m", "conntrack", "--ctstate", "NEW", "-j", "CONNMARK", "--set-mark", mark);
    }

    /** Returns the address to which clients connect. */
    public String address() {
        return host(2);
    }

    /** Returns the address on which the servers listen. */
    public String serverAddress() {
        return host(1);
    }

    private String host(int number) {
        String base = network.substring(0, network.length() - 1);
        int dot = base.lastIndexOf('.') + 1;
        return base.substring(0, dot) + (Integer.parseInt(base.substring(dot)) + number);
    }

    /** Drops all packets until {@link #forwardEverything()}. */
    public void dropEverything() throws IOException, InterruptedException {
        inside("iptables", "-I", "FORWARD", "-j", "DROP");
    }

    /** Drops all packets of open connections. New connections work. */
    public void dropOpenConnections() throws IOException, InterruptedException {
        markNewConnections("2");
        inside("iptables", "-I", "FORWARD", "-m", "connmark", "--mark", "1", "-j", "DROP");
    }

    /** Forwards everything again. */
    public void forwardEverything() throws IOException, InterruptedException {
        inside("iptables", "-F", "FORWARD");
    }

    private void inside(String[] program, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program));
        command.addAll(List.of(arguments));
        inside(command.toArray(String[]::new));
    }

    private void inside(String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(List.of(command));
        run(all.toArray(String[]::new));
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        if (!process.waitFor(10, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IllegalStateException(String.join(" ", command) + " failed: " + output);
        }
    }

    /** Removes the namespace with its link and all rules. */
    @Override
    public void close() throws IOException {
        try {
            run("ip", "netns", "del", name);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
