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
 * Determines the client address of a request. If the peer of the socket is not a trusted proxy, the client address is
 * that of the peer. Otherwise, the client address is the right-most address of X-Forwarded-For that is not a trusted
 * proxy. The caller itself may have written the entries further left. If all addresses are trusted proxies, the client
 * address is the left-most one. The header {@code Forwarded} is not read, because a proxy that does not support it
 * forwards the caller's value.
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
                        .description("Entries of X-Forwarded-For that come from a trusted proxy but are not an address")
                        .register(meters));
    }

    ClientAddress(List<String> trustedProxies, Counter unreadable) {
        this.trusted = trustedProxies.stream().map(ClientAddress::proxy).toList();
        this.unreadable = unreadable;
    }

    /**
     * The client of a request.
     *
     * @param address in canonical form, an IPv4-mapped address as IPv4. If the entry that a trusted proxy wrote is
     *     unreadable, the address of this proxy
     * @param subscriber identifies the rate limit: the address, or the /64 of an IPv6 address, because a subscriber
     *     gets a whole /64. For an unreadable entry, see the private method {@code unreadable}
     */
    public record Client(String address, String subscriber) {}

    private static IPAddress proxy(String text) {
        IPAddress address = new IPAddressString(text).getAddress();
        if (address == null) {
            throw new IllegalStateException(
                    "nexus.gateway.trusted-proxies must be IP addresses or CIDR blocks, such as 10.0.0.0/8");
        }
        return address.toPrefixBlock();
    }

    /** Returns the client of {@code request}. */
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
     * Determines the client.
     *
     * @param peer the socket's address
     * @param forwarded the values of X-Forwarded-For, in the order of the headers
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
     * The client of an entry without an address. An obfuscated identifier (RFC 7239, 6.3) identifies a caller, so it
     * has its own rate limit. Other entries share the limit of the proxy: if each text had its own limit, callers could
     * evade the limit with new texts.
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
