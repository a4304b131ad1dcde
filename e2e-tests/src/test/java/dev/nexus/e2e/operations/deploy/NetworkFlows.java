package dev.nexus.e2e.operations.deploy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Determines which network connections the policies allow between the parties of an installation. */
final class NetworkFlows {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ANSWER = Pattern.compile("IS ALLOWED\\? *\\| *(TRUE|FALSE) ");
    private static final String NAME = "app.kubernetes.io/name";
    private static final String INSTANCE = "app.kubernetes.io/instance";

    private static final List<Port> PORTS = List.of(
            new Port("UDP", 53),
            new Port("TCP", 22),
            new Port("TCP", 53),
            new Port("TCP", 80),
            new Port("TCP", 443),
            new Port("TCP", 4317),
            new Port("TCP", 5432),
            new Port("TCP", 8080),
            new Port("TCP", 8081),
            new Port("TCP", 8200),
            new Port("TCP", 9000),
            new Port("TCP", 9001));

    private static final Map<String, Peer> BY_NAME = peers();
    /** The names of all parties, each tried as source and as destination. */
    static final Set<String> PEERS = BY_NAME.keySet();

    private record Port(String protocol, int number) {}

    /** @param labels the labels of a pod, or null for an address outside the cluster */
    private record Peer(String namespace, @Nullable Map<String, String> labels, String address) {

        static Peer pod(String namespace, Map<String, String> labels, int number) {
            return new Peer(namespace, labels, "10.244.0." + number);
        }

        static Peer outside(String address) {
            return new Peer("", null, address);
        }

        boolean isOfNexus() {
            return namespace.equals("nexus");
        }

        ObjectNode json() {
            ObjectNode peer = JSON.createObjectNode().put("IP", address);
            if (labels != null) {
                ObjectNode internal = peer.putObject("Internal").put("Namespace", namespace);
                internal.putObject("NamespaceLabels").put("kubernetes.io/metadata.name", namespace);
                internal.set("PodLabels", JSON.valueToTree(labels));
            }
            return peer;
        }
    }

    private NetworkFlows() {}

    private static Map<String, Peer> peers() {
        Map<String, Peer> peers = new LinkedHashMap<>();
        peers.put("gateway", Peer.pod("nexus", Map.of(NAME, "nexus-gateway", INSTANCE, "nexus"), 1));
        peers.put("broker", Peer.pod("nexus", Map.of(NAME, "nexus-broker", INSTANCE, "nexus"), 2));
        peers.put("migrate", Peer.pod("nexus", Map.of(NAME, "nexus-migrate", INSTANCE, "nexus"), 3));
        peers.put("another pod of nexus", Peer.pod("nexus", Map.of(NAME, "curious"), 4));
        peers.put(
                "gateway of another release",
                Peer.pod("nexus", Map.of(NAME, "nexus-gateway", INSTANCE, "payments"), 13));
        peers.put("postgresql", Peer.pod("database", Map.of(NAME, "postgresql"), 5));
        peers.put("vault", Peer.pod("vault", Map.of(NAME, "vault"), 6));
        peers.put("monitoring", Peer.pod("monitoring", Map.of(NAME, "prometheus"), 7));
        peers.put("ingress-nginx", Peer.pod("ingress-nginx", Map.of(NAME, "ingress-nginx"), 8));
        peers.put("envoy-gateway-system", Peer.pod("envoy-gateway-system", Map.of(NAME, "envoy"), 9));
        peers.put("dns", Peer.pod("kube-system", Map.of("k8s-app", "kube-dns"), 10));
        peers.put("another pod of kube-system", Peer.pod("kube-system", Map.of("k8s-app", "metrics-server"), 11));
        // A pod in another namespace does not count as the Gateway, even with the same name label.
        peers.put("a pod elsewhere", Peer.pod("default", Map.of(NAME, "nexus-gateway", INSTANCE, "nexus"), 12));
        peers.put("a public IPv4 address", Peer.outside("203.0.113.10"));
        peers.put("a public IPv6 address", Peer.outside("2001:db8::10"));
        peers.put("the metadata address", Peer.outside("169.254.169.254"));
        peers.put("the metadata address in IPv6", Peer.outside("fd00:ec2::254"));
        peers.put("the metadata address by NAT64", Peer.outside("64:ff9b::a9fe:a9fe"));
        peers.put("the metadata address by 6to4", Peer.outside("2002:a9fe:a9fe::1"));
        peers.put("the API server", Peer.outside("10.96.0.1"));
        peers.put("a node", Peer.outside("192.168.1.10"));
        peers.put("a private address of 172.16/12", Peer.outside("172.20.0.10"));
        peers.put("a shared address", Peer.outside("100.64.0.10"));
        peers.put("a loopback address", Peer.outside("127.0.0.1"));
        peers.put("a loopback address in IPv6", Peer.outside("::1"));
        peers.put("a link-local address in IPv6", Peer.outside("fe80::1"));
        peers.put("a unique local address", Peer.outside("fd12:3456::1"));
        return peers;
    }

    /** Returns the allowed connections from or to a pod of Nexus, such as {@code gateway -> broker TCP 8081}. */
    static Set<String> allowed(List<ObjectNode> policies) throws IOException {
        List<String> names = new ArrayList<>();
        List<ObjectNode> traffic = new ArrayList<>();
        BY_NAME.forEach((source, from) -> BY_NAME.forEach((destination, to) -> {
            if (from.isOfNexus() || to.isOfNexus()) {
                for (Port port : PORTS) {
                    names.add(source + " -> " + destination + " " + port.protocol() + " " + port.number());
                    traffic.add(connection(from, to, port));
                }
            }
        }));
        List<Boolean> answers = analyze(policies, traffic);
        if (answers.size() != names.size()) {
            throw new AssertionError(names.size() + " connections, but " + answers.size() + " answers");
        }
        Set<String> allowed = new TreeSet<>();
        for (int i = 0; i < names.size(); i++) {
            if (answers.get(i)) {
                allowed.add(names.get(i));
            }
        }
        return allowed;
    }

    private static ObjectNode connection(Peer from, Peer to, Port port) {
        ObjectNode connection = JSON.createObjectNode();
        connection.set("Source", from.json());
        connection.set("Destination", to.json());
        return connection.put("ResolvedPort", port.number()).put("Protocol", port.protocol());
    }

    private static List<Boolean> analyze(List<ObjectNode> policies, List<ObjectNode> traffic) throws IOException {
        Path folder = Files.createDirectories(Path.of("target/network-policies"));
        ObjectNode list = JSON.createObjectNode()
                .put("apiVersion", "networking.k8s.io/v1")
                .put("kind", "NetworkPolicyList");
        list.putArray("items").addAll(policies);
        Path policyFile = Files.createTempFile(folder, "policies", ".json");
        Path trafficFile = Files.createTempFile(folder, "traffic", ".json");
        JSON.writeValue(policyFile.toFile(), list);
        JSON.writeValue(trafficFile.toFile(), traffic);
        String answers = Command.of(
                        "cyclonus",
                        "analyze",
                        "--policy-path=" + policyFile,
                        "--mode=query-traffic",
                        "--traffic-path=" + trafficFile)
                .run()
                .orFail();
        List<Boolean> allowed = new ArrayList<>();
        Matcher matcher = ANSWER.matcher(answers);
        while (matcher.find()) {
            allowed.add(matcher.group(1).equals("TRUE"));
        }
        return allowed;
    }
}
