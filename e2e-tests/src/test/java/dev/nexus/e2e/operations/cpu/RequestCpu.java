package dev.nexus.e2e.operations.cpu;

import dev.nexus.e2e.support.Backend;
import dev.nexus.launcher.Nexus;
import dev.nexus.launcher.ServiceProcess;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Measures the CPU time of requests in the Gateway and in the Broker, as a ratio to the CPU time of a liveness check in
 * the same process. A liveness check runs no code of Nexus, but it uses the same JVM, HTTP server and kernel.
 *
 * <ul>
 *   <li>The requests are sent one at a time. If requests were concurrent, the number of wake-ups and batches would depend
 *       on the timing.
 *   <li>Short slices of all requests alternate, so that a change of the machine's speed affects all of them.
 *   <li>The figure is the lower quartile of the slices, because other programs on the machine only add CPU time.
 * </ul>
 */
final class RequestCpu implements AutoCloseable {

    /** The compilers have finished most of their work after 5,000 reads and 3,750 capture flows. */
    private static final int WARM_UP_CYCLES = 50;

    private static final int CYCLES = 100;
    private static final Pattern STATE = Pattern.compile("state=([^\"&]+)");

    private final KeepAliveConnection gateway;
    private final List<Service> services;
    private final List<Operation> operations;

    /** The CPU time of one request in microseconds, and its ratio to a liveness check. */
    record Figure(double micros, double ratio) {}

    private interface Request {
        void send() throws IOException;
    }

    /** A request, and the CPU microseconds per request of each slice in each service, in the order of the services. */
    private record Operation(
            String name, int perCycle, int perWarmUpCycle, Request request, List<List<Double>> slices) {

        Operation(String name, int perCycle, int perWarmUpCycle, Request request) {
            this(name, perCycle, perWarmUpCycle, request, List.of(new ArrayList<>(), new ArrayList<>()));
        }

        void warmUp() throws IOException {
            repeat(perWarmUpCycle);
        }

        void measureSlice(List<Service> services) throws IOException {
            List<Long> before = services.stream().map(Service::nanos).toList();
            repeat(perCycle);
            for (int i = 0; i < services.size(); i++) {
                slices.get(i).add((services.get(i).nanos() - before.get(i)) / 1e3 / perCycle);
            }
        }

        private void repeat(int times) throws IOException {
            for (int i = 0; i < times; i++) {
                request.send();
            }
        }

        /** Returns the CPU microseconds of one request. */
        double micros(int service) {
            List<Double> sorted = slices.get(service).stream().sorted().toList();
            return sorted.get(sorted.size() / 4);
        }
    }

    private record Service(String name, long pid, KeepAliveConnection management, Operation liveness) {

        long nanos() {
            return ProcessCpu.nanos(pid);
        }
    }

    RequestCpu(Nexus nexus, Backend backend) throws IOException {
        gateway = new KeepAliveConnection(nexus.gateway().port(), "X-API-Key: " + backend.apiKey() + "\r\n");
        services = List.of(service("gateway", nexus.gateway()), service("broker", nexus.broker()));
        String id = backend.connect(Backend.workspace(), "k");
        operations = List.of(
                read("token-read", gateway, "/v1/token/" + id),
                read("check-connection", gateway, "/v1/check-connection/" + id),
                new Operation("capture-flow", 25, 75, this::captureFlow));
    }

    private static Service service(String name, ServiceProcess process) throws IOException {
        KeepAliveConnection management = new KeepAliveConnection(process.managementPort(), "");
        // A liveness check is short, so a slice has more of them.
        Operation liveness = new Operation("liveness", 400, 100, () -> management.get("/q/health/live"));
        return new Service(name, process.pid(), management, liveness);
    }

    private static Operation read(String name, KeepAliveConnection gateway, String path) {
        return new Operation(name, 200, 100, () -> gateway.get(path));
    }

    private void captureFlow() throws IOException {
        Matcher state = STATE.matcher(gateway.post(
                "/v1/request-connection",
                "{\"workspace_id\":\"" + Backend.workspace() + "\",\"provider_id\":\"api-key\",\"return_url\":\""
                        + Backend.RETURN_URL + "\"}"));
        if (!state.find()) {
            throw new AssertionError("the response of request-connection has no state");
        }
        gateway.get("/v1/capture-schema?state=" + state.group(1));
        gateway.post(
                "/v1/capture-credential", "{\"state\":\"" + state.group(1) + "\",\"credentials\":{\"api_key\":\"k\"}}");
    }

    /** Sends all requests. Returns the figures by service and request, such as {@code gateway.token-read}. */
    SortedMap<String, Figure> measure() throws IOException {
        List<Operation> all = Stream.concat(services.stream().map(Service::liveness), operations.stream())
                .toList();
        for (int cycle = 0; cycle < WARM_UP_CYCLES; cycle++) {
            for (Operation operation : all) {
                operation.warmUp();
            }
        }
        for (int cycle = 0; cycle < CYCLES; cycle++) {
            for (Operation operation : all) {
                operation.measureSlice(services);
            }
        }
        return figures();
    }

    private SortedMap<String, Figure> figures() {
        SortedMap<String, Figure> figures = new TreeMap<>();
        for (int i = 0; i < services.size(); i++) {
            Service service = services.get(i);
            double liveness = service.liveness().micros(i);
            for (Operation operation : operations) {
                double micros = operation.micros(i);
                figures.put(service.name() + "." + operation.name(), new Figure(micros, micros / liveness));
            }
        }
        return figures;
    }

    @Override
    public void close() throws IOException {
        gateway.close();
        for (Service service : services) {
            service.management().close();
        }
    }
}
