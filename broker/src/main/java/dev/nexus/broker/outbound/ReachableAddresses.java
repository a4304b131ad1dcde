package dev.nexus.broker.outbound;

import dev.nexus.broker.outbound.GuardedRequest.AddressRefusedException;
import io.smallrye.mutiny.Uni;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/** Resolves host names and checks that their addresses may be called. */
public final class ReachableAddresses {

    /** With more addresses, the time limit of a request leaves too little time for each. */
    private static final int MAX_PER_FAMILY = 2;

    private final HostAddresses names;
    private final PublicAddresses allowed;

    ReachableAddresses(HostAddresses names, PublicAddresses allowed) {
        this.names = names;
        this.allowed = allowed;
    }

    /**
     * Returns up to two IPv6 addresses of the host and then up to two IPv4 addresses (order of RFC 6724), at least one
     * address in total. If any address of the host must not be called, fails with {@link AddressRefusedException},
     * because such a name cannot be trusted. If the lookup fails, fails like {@link HostAddresses#of}.
     */
    public Uni<List<InetAddress>> of(String host) {
        return names.of(host).map(this::checked);
    }

    private List<InetAddress> checked(List<InetAddress> resolved) {
        if (resolved.isEmpty() || !resolved.stream().allMatch(allowed::mayReach)) {
            throw new AddressRefusedException();
        }
        return Stream.concat(family(resolved, true), family(resolved, false)).toList();
    }

    private static Stream<InetAddress> family(List<InetAddress> resolved, boolean ipv6) {
        return resolved.stream()
                .filter(address -> address instanceof Inet6Address == ipv6)
                .limit(MAX_PER_FAMILY);
    }
}
