package dev.nexus.broker.outbound;

import io.quarkus.tls.TlsConfigurationRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Creates a {@link GuardedRequest} for each purpose, with its own settings. Closes all connections at shutdown. */
@ApplicationScoped
public class GuardedRequests {

    private final HostAddresses names;
    private final Optional<ProxyOptions> proxy;
    private final TlsConfigurationRegistry tls;
    private final Vertx vertx;
    private final List<GuardedRequest> open = new CopyOnWriteArrayList<>();

    /** @throws IllegalStateException if the configured proxy is not a host and a port */
    GuardedRequests(HostAddresses names, OutboundConfig config, TlsConfigurationRegistry tls, Vertx vertx) {
        this.names = names;
        this.proxy = config.proxy().map(GuardedRequests::proxy);
        this.tls = tls;
        this.vertx = vertx;
    }

    static ProxyOptions proxy(String text) {
        @Nullable HostAndPort parsed = HostAndPort.parseAuthority(text, -1);
        if (parsed == null || parsed.host().isEmpty() || parsed.port() < 1) {
            throw new IllegalStateException(
                    "nexus.outbound.proxy must be a host and a port, such as proxy.example.com:3128");
        }
        return new ProxyOptions().setType(ProxyType.HTTP).setHost(parsed.host()).setPort(parsed.port());
    }

    public GuardedRequest with(GuardedRequest.Settings settings) {
        GuardedRequest request = new GuardedRequest(
                addresses(settings.prefix(), settings.allowedAddresses()), settings, proxy, tls, vertx);
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
