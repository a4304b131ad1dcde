package dev.nexus.broker.outbound;

import dev.nexus.broker.outbound.GuardedRequest.AddressRefusedException;
import io.smallrye.mutiny.Uni;
import java.net.InetAddress;
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
     * Returns the host's first address if all its addresses may be called. If one of them must not be called, fails
     * with {@link AddressRefusedException}, because such a name cannot be trusted. If the lookup fails, fails like
     * {@link HostAddresses#of}.
     */
    public Uni<InetAddress> of(String host) {
        return names.of(host).map(this::checked);
    }

    private InetAddress checked(List<InetAddress> resolved) {
        if (resolved.isEmpty() || !resolved.stream().allMatch(allowed::mayReach)) {
            throw new AddressRefusedException();
        }
        return resolved.get(0);
    }
}
