package dev.nexus.e2e.support;

import dev.nexus.launcher.Artifacts;
import dev.nexus.launcher.DevCertificates.Service;
import dev.nexus.launcher.Nexus;
import dev.nexus.launcher.ServiceProcess;
import java.io.IOException;
import java.util.Map;

/** Starts an additional replica of a service. It stops together with its Nexus. */
public final class Replica {

    private Replica() {}

    /**
     * Starts a replica on separate ports without waiting for it.
     *
     * @param changed settings that override those of the first replica
     */
    public static ServiceProcess start(Nexus nexus, Service service, Map<String, String> changed) throws IOException {
        return start(nexus, nexus.artifacts(), service, changed);
    }

    /** Starts a replica of another version. */
    public static ServiceProcess start(Nexus nexus, Artifacts version, Service service, Map<String, String> changed)
            throws IOException {
        boolean isBroker = service == Service.BROKER;
        Map<String, String> settings = nexus.settings(service);
        String log = (isBroker ? "broker-" : "gateway-") + settings.get("quarkus.http.port") + ".log";
        settings.putAll(changed);
        ServiceProcess replica = ServiceProcess.start(
                isBroker ? "Broker" : "Gateway",
                isBroker ? version.brokerJar() : version.gatewayJar(),
                settings,
                NexusExtension.JVM_OPTIONS,
                nexus.folder().resolve(log));
        nexus.register(replica);
        return replica;
    }
}
