package dev.nexus.broker.outbound;

import dev.nexus.broker.outbound.GuardedRequest.AddressRefusedException;
import io.smallrye.mutiny.Uni;
import java.net.InetAddress;
import java.util.List;

/** Resolves host names to addresses that may be reached. */
public final class ReachableAddresses {

    private final HostAddresses names;
    private final PublicAddresses allowed;

    ReachableAddresses(HostAddresses names, PublicAddresses allowed) {
        this.names = names;
        this.allowed = allowed;
    }

    /**
     * The host's first address, where all of them may be reached. Fails with {@link AddressRefusedException} if one may not:
     * such a name is not to be trusted at all. Fails as {@link HostAddresses#of} does where there is no address.
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
