package dev.nexus.e2e.support;

import dev.nexus.launcher.Artifacts;
import dev.nexus.launcher.DevCertificates.Service;
import dev.nexus.launcher.Nexus;
import dev.nexus.launcher.ServiceProcess;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Starts one more replica of a service of a running Nexus, which ends with it. */
public final class Replica {

    private Replica() {}

    /**
     * Starts a replica on ports of its own, without waiting for it.
     *
     * @param changed settings in the place of those that the first one has
     */
    public static ServiceProcess start(
            Nexus nexus, Service service, Map<String, String> changed, List<String> jvmOptions) throws IOException {
        return start(nexus, nexus.artifacts(), service, changed, jvmOptions);
    }

    /** The same, of another version. */
    public static ServiceProcess start(
            Nexus nexus, Artifacts version, Service service, Map<String, String> changed, List<String> jvmOptions)
            throws IOException {
        boolean isBroker = service == Service.BROKER;
        Map<String, String> settings = nexus.settings(service);
        String log = (isBroker ? "broker-" : "gateway-") + settings.get("quarkus.http.port") + ".log";
        settings.putAll(changed);
        ServiceProcess replica = ServiceProcess.start(
                isBroker ? "Broker" : "Gateway",
                isBroker ? version.brokerJar() : version.gatewayJar(),
                settings,
                jvmOptions,
                nexus.folder().resolve(log));
        nexus.register(replica);
        return replica;
    }
}
