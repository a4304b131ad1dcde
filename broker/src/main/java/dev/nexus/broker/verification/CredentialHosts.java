package dev.nexus.broker.verification;

import dev.nexus.broker.outbound.GuardedRequest.AddressRefusedException;
import dev.nexus.broker.outbound.GuardedRequests;
import dev.nexus.broker.outbound.InternalNames;
import dev.nexus.broker.outbound.ReachableAddresses;
import dev.nexus.broker.provider.definition.AllowedHosts;
import dev.nexus.broker.provider.definition.AllowedHosts.NamedHost;
import dev.nexus.broker.provider.definition.UnfitCredentialException;
import dev.nexus.runtime.ApiException;
import dev.nexus.runtime.TenantSlots;
import dev.nexus.strategy.Credential;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Checks the hosts that result from the fields of a credential. The application that uses the credential sends the
 * credential to these hosts, and does not check their addresses as the Broker does.
 */
@ApplicationScoped
public class CredentialHosts {

    private static final Logger LOG = Logger.getLogger(CredentialHosts.class);

    private final ReachableAddresses addresses;
    private final boolean privateAllowed;
    private final TenantSlots lookups;

    CredentialHosts(VerificationConfig config, GuardedRequests requests) {
        List<String> allowed = config.allowedAddresses().orElse(List.of());
        this.addresses = requests.addresses("nexus.verification", allowed);
        this.privateAllowed = !allowed.isEmpty();
        this.lookups = new TenantSlots(config.maxCalls());
    }

    /**
     * Completes if each host may be called, or cannot be resolved at the moment. Fails with {@link ApiException}
     * invalid_credentials if a host must not be called, or if a field does not result in a host name. The error names
     * the field. A name in a domain of private networks must not be called if
     * {@code nexus.verification.allowed-addresses} is empty.
     *
     * <p>The limit for concurrent lookups equals the limit for verification calls,
     * {@code nexus.verification.max-calls}. One tenant may use half of it. A host above a limit is treated as a host
     * that cannot be resolved.
     */
    public Uni<Void> check(String tenant, AllowedHosts allowedHosts, Credential credential) {
        return Uni.createFrom()
                .deferred(() -> resolve(tenant, allowedHosts.namedBy(credential)))
                .onFailure(UnfitCredentialException.class)
                .transform(UnfitCredentialException::answer);
    }

    private Uni<Void> resolve(String tenant, List<NamedHost> hosts) {
        for (NamedHost host : hosts) {
            if (InternalNames.isOwn(host.name()) || (!privateAllowed && InternalNames.isPrivate(host.name()))) {
                throw host.refused();
            }
        }
        return hosts.isEmpty()
                ? Uni.createFrom().voidItem()
                : Uni.join()
                        .all(hosts.stream().map(host -> resolve(tenant, host)).toList())
                        .andFailFast()
                        .replaceWithVoid();
    }

    private Uni<Boolean> resolve(String tenant, NamedHost host) {
        return Uni.createFrom()
                .deferred(() -> {
                    Optional<Runnable> release = lookups.take(tenant);
                    if (release.isEmpty()) {
                        LOG.infof("event=host_not_resolved provider_field=%s cause=too_many_lookups", host.field());
                        return Uni.createFrom().item(false);
                    }
                    return addresses
                            .of(host.name())
                            .map(address -> true)
                            .onTermination()
                            .invoke(release.get());
                })
                .onFailure(AddressRefusedException.class)
                .transform(refused -> host.refused())
                .onFailure(failure -> !(failure instanceof UnfitCredentialException))
                .recoverWithItem(failure -> {
                    // A failed name server is not the user's fault. Each later request checks the address again.
                    LOG.infof(
                            "event=host_not_resolved provider_field=%s cause=%s",
                            host.field(), failure.getClass().getName());
                    return false;
                });
    }
}
