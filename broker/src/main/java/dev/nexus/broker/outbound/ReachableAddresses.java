package dev.nexus.broker.outbound;

import dev.nexus.broker.outbound.GuardedRequest.AddressRefusedException;
import io.smallrye.mutiny.Uni;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.List;

/** Resolves host names and checks that their addresses may be called. */
public final class ReachableAddresses {

    private final HostAddresses names;
    private final PublicAddresses allowed;

    ReachableAddresses(HostAddresses names, PublicAddresses allowed) {
        this.names = names;
        this.allowed = allowed;
    }

    /**
     * Returns the host's addresses if all of them may be called, IPv6 before IPv4 (RFC 6724), at least one. If one of
     * them must not be called, fails with {@link AddressRefusedException}, because such a name cannot be trusted. If
     * the lookup fails, fails like {@link HostAddresses#of}.
     */
    public Uni<List<InetAddress>> of(String host) {
        return names.of(host).map(this::checked);
    }

    private List<InetAddress> checked(List<InetAddress> resolved) {
        if (resolved.isEmpty() || !resolved.stream().allMatch(allowed::mayReach)) {
            throw new AddressRefusedException();
        }
        return resolved.stream()
                .sorted(Comparator.comparing(address -> !(address instanceof Inet6Address)))
                .toList();
    }
}
