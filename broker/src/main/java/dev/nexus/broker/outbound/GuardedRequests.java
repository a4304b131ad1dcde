package dev.nexus.broker.outbound;

import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Creates a {@link GuardedRequest} for each purpose, with its own settings. Closes all connections at shutdown. */
@ApplicationScoped
public class GuardedRequests {

    private final HostAddresses names;
    private final TlsConfigurationRegistry tls;
    private final Vertx vertx;
    private final List<GuardedRequest> open = new CopyOnWriteArrayList<>();

    GuardedRequests(HostAddresses names, TlsConfigurationRegistry tls, Vertx vertx) {
        this.names = names;
        this.tls = tls;
        this.vertx = vertx;
    }

    public GuardedRequest with(GuardedRequest.Settings settings) {
        GuardedRequest request =
                new GuardedRequest(addresses(settings.prefix(), settings.allowedAddresses()), settings, tls, vertx);
        open.add(request);
        return request;
    }

    /**
     * Creates the address check without an HTTP client.
     *
     * @param prefix the prefix of the settings, for messages
     * @param allowed addresses or CIDR blocks that may be called although they are not public
     */
    public ReachableAddresses addresses(String prefix, List<String> allowed) {
        return new ReachableAddresses(names, new PublicAddresses(prefix, allowed));
    }

    @PreDestroy
    void close() {
        open.forEach(GuardedRequest::close);
    }
}
