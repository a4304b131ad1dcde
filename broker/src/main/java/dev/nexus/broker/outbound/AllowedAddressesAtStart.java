package dev.nexus.broker.outbound;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigUtils;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Stops the startup if {@code allowed-addresses} of {@code nexus.verification} or {@code nexus.webhook} has an invalid
 * entry. In production, also stops the startup if an entry includes a loopback, unspecified or link-local address. With
 * such an entry, a tenant's provider or webhook could call other processes on the Broker's machine, or the metadata
 * service of the cloud.
 */
@Startup
@ApplicationScoped
class AllowedAddressesAtStart {

    private static final String VERIFICATION = "nexus.verification";
    private static final String WEBHOOK = "nexus.webhook";
    private static final String SETTING = ".allowed-addresses";

    @Inject
    AllowedAddressesAtStart(
            @ConfigProperty(name = VERIFICATION + SETTING) Optional<List<String>> verification,
            @ConfigProperty(name = WEBHOOK + SETTING) Optional<List<String>> webhook) {
        boolean production = ConfigUtils.isProfileActive("prod");
        check(VERIFICATION, verification.orElse(List.of()), production);
        check(WEBHOOK, webhook.orElse(List.of()), production);
    }

    static void check(String prefix, List<String> allowed, boolean production) {
        if (new PublicAddresses(prefix, allowed).allowsLocal() && production) {
            throw new IllegalStateException(prefix + SETTING + " must not include a loopback, unspecified or link-local"
                    + " address (127.0.0.0/8, 0.0.0.0/8, 169.254.0.0/16, ::1, ::, fe80::/10) in the production profile."
                    + " Remove it, or run with -Dquarkus.profile=quickstart to try things out.");
        }
    }
}
