package dev.nexus.broker.outbound;

import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Resolves host names with the hosts file and the name servers of this machine. Does not use search domains, because
 * the hosts of providers and webhooks are complete names. Non-blocking and thread-safe.
 */
@ApplicationScoped
public class HostAddresses {

    /** The time limit of a lookup. */
    static final Duration LIMIT = Duration.ofSeconds(2);

    /** The time limit of one query to one name server. A second query fits into {@link #LIMIT}. */
    private static final long QUERY_MILLIS = 900;

    /** The JVM's own cache also keeps an address for 30 seconds by default. */
    private static final int MAX_TTL_SECONDS = 30;

    private final Vertx vertx;
    private final DnsServerAddressStreamProvider servers;
    private @Nullable NioEventLoopGroup loop;
    private @Nullable DnsNameResolver resolver;

    @Inject
    public HostAddresses(Vertx vertx) {
        this(vertx, DnsServerAddressStreamProviders.platformDefault());
    }

    /** Uses {@code servers} instead of the machine's name servers. */
    public HostAddresses(Vertx vertx, DnsServerAddressStreamProvider servers) {
        this.vertx = vertx;
        this.servers = servers;
    }

    /**
     * Returns all addresses, IPv4 and IPv6, at least one. Fails with {@link java.net.UnknownHostException}, or after
     * two seconds with {@link io.smallrye.mutiny.TimeoutException}. The result arrives on the caller's context.
     */
    public Uni<List<InetAddress>> of(String host) {
        return Uni.createFrom().deferred(() -> {
            Context caller = vertx.getOrCreateContext();
            return attempt(host)
                    .onFailure(HostAddresses::isTimeout)
                    .retry()
                    .atMost(1)
                    .ifNoItem()
                    .after(LIMIT)
                    .fail()
                    .emitOn(task -> caller.runOnContext(ignored -> task.run()));
        });
    }

    private Uni<List<InetAddress>> attempt(String host) {
        return Uni.createFrom().emitter(emitter -> {
            Future<List<InetAddress>> lookup = resolver().resolveAll(host);
            lookup.addListener(done -> {
                if (done.isSuccess()) {
                    emitter.complete(List.copyOf(lookup.getNow()));
                } else {
                    emitter.fail(done.cause());
                }
            });
            emitter.onTermination(() -> lookup.cancel(false));
        });
    }

    private static boolean isTimeout(Throwable failure) {
        return failure.getCause() instanceof DnsNameResolverTimeoutException;
    }

    private synchronized DnsNameResolver resolver() {
        DnsNameResolver known = resolver;
        if (known == null) {
            NioEventLoopGroup own = new NioEventLoopGroup(1, new DefaultThreadFactory("nexus-dns", true));
            known = new DnsNameResolverBuilder(own.next())
                    .datagramChannelType(NioDatagramChannel.class)
                    // TCP, for answers that are too long for UDP.
                    .socketChannelType(NioSocketChannel.class)
                    // Each lookup uses a new port, which a forger of answers must guess (RFC 5452).
                    .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
                    .nameServerProvider(servers)
                    .searchDomains(List.of())
                    .ndots(1)
                    .queryTimeoutMillis(QUERY_MILLIS)
                    .ttl(0, MAX_TTL_SECONDS)
                    // PublicAddresses checks each address, so the answers for IPv4 and IPv6 are both needed.
                    .resolvedAddressTypes(ResolvedAddressTypes.IPV4_PREFERRED)
                    .completeOncePreferredResolved(false)
                    .build();
            loop = own;
            resolver = known;
        }
        return known;
    }

    @PreDestroy
    public synchronized void close() {
        if (resolver != null) {
            resolver.close();
        }
        if (loop != null) {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(1, TimeUnit.SECONDS);
        }
    }
}
