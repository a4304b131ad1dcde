package dev.nexus.gateway.http;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/**
 * The address that a request comes from: the socket's, unless that is a trusted proxy; then the right-most address of
 * X-Forwarded-For that is not one. Entries further left are the caller's own words. The header {@code Forwarded} is not read:
 * a proxy that does not know it would pass on what the caller wrote into it.
 */
@Startup
@ApplicationScoped
public class ClientAddress {

    private static final String KEY = "nexus.client";
    private static final int SUBSCRIBER_BITS = 64;

    private final List<IPAddress> trusted;
    private final Counter unreadable;

    @Inject
    ClientAddress(GatewayConfig config, MeterRegistry meters) {
        this(
                config.trustedProxies().orElse(List.of()),
                Counter.builder("nexus.forwarded.unreadable")
                        .description("Entries of X-Forwarded-For, from a trusted proxy, that hold no address")
                        .register(meters));
    }

    ClientAddress(List<String> trustedProxies, Counter unreadable) {
        this.trusted = trustedProxies.stream().map(ClientAddress::proxy).toList();
        this.unreadable = unreadable;
    }

    /**
     * Who sent a request.
     *
     * @param address in canonical form, an IPv4-mapped one as IPv4; that of the nearest proxy if its entry is unreadable
     * @param subscriber whose rate the request counts against: the address, or the /64 of an IPv6 address, because that is
     *     what one subscriber gets
     */
    public record Client(String address, String subscriber) {}

    private static IPAddress proxy(String text) {
        IPAddress address = new IPAddressString(text).getAddress();
        if (address == null) {
            throw new IllegalStateException(
                    "nexus.gateway.trusted-proxies must hold IP addresses or CIDR blocks, such as 10.0.0.0/8");
        }
        return address.toPrefixBlock();
    }

    /** Who sent {@code request}; determined once. */
    public Client of(RoutingContext request) {
        Client known = request.get(KEY);
        if (known != null) {
            return known;
        }
        Client client = of(
                String.valueOf(request.request().remoteAddress().hostAddress()),
                request.request().headers().getAll("X-Forwarded-For"));
        request.put(KEY, client);
        return client;
    }

    /**
     * Who is behind {@code peer}.
     *
     * @param peer the socket's address
     * @param forwarded the values of X-Forwarded-For, in their order
     */
    Client of(String peer, List<String> forwarded) {
        Optional<IPAddress> socket = ForwardedEntry.address(peer);
        if (socket.isEmpty()) {
            return new Client(peer, peer);
        }
        IPAddress nearest = socket.get();
        for (int header = forwarded.size() - 1; header >= 0; header--) {
            String[] entries = forwarded.get(header).split(",", -1);
            for (int i = entries.length - 1; i >= 0; i--) {
                if (!isTrusted(nearest)) {
                    return client(nearest);
                }
                String entry = entries[i].strip();
                if (entry.isEmpty()) {
                    continue;
                }
                Optional<IPAddress> next = ForwardedEntry.address(entry);
                if (next.isEmpty()) {
                    return unreadable(nearest, entry);
                }
                nearest = next.get();
            }
        }
        return client(nearest);
    }

    private boolean isTrusted(IPAddress address) {
        for (IPAddress block : trusted) {
            if (block.contains(address)) {
                return true;
            }
        }
        return false;
    }

    private static Client client(IPAddress address) {
        return new Client(address.toCanonicalString(), subscriber(address));
    }

    private static String subscriber(IPAddress address) {
        return address.isIPv6() && !address.isLoopback()
                ? address.toPrefixBlock(SUBSCRIBER_BITS).toCanonicalString()
                : address.toCanonicalString();
    }

    /**
     * An obfuscated identifier (RFC 7239, 6.3) stands for one caller, so it has a rate of its own. Anything else shares the
     * rate of the proxy that wrote it: a rate for each text would let callers without a readable address escape the limit.
     */
    private Client unreadable(IPAddress nearest, String entry) {
        unreadable.increment();
        String proxy = nearest.toCanonicalString();
        return new Client(
                proxy,
                ForwardedEntry.identifier(entry)
                        .map(identifier -> proxy + " " + identifier)
                        .orElseGet(() -> subscriber(nearest)));
    }
}
