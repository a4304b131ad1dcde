package dev.nexus.e2e.operations.runbooks;

import java.util.Map;
import java.util.Set;

/** The pages that {@link RunbooksIT} follows, and the commands of these pages that it does not run. */
final class RunbookPages {

    /** The pages that contain commands. */
    static final Set<String> PAGES = Set.of(
            "README.md",
            "alerts.md",
            "backup.md",
            "disk-full.md",
            "erase-a-tenant.md",
            "expired-certificate.md",
            "leaked-api-key.md",
            "leaked-credential.md",
            "leaked-gateway-key.md",
            "rotate-keys.md",
            "vault-outage.md");

    /** The blocks that are not run, each with the reason. */
    static final Map<String, String> NOT_RUN = Map.of(
            "README.md: Variables: sh 3",
            "kubectl port-forward needs a node that runs the pod",
            "alerts.md: NexusTokenReadsFailFast: sh 1",
            "rollout undo needs the ReplicaSets of a Deployment controller; RollingRestartIT and SideBySideIT test"
                    + " restarts and rollbacks",
            "alerts.md: NexusServiceDown: sh 2",
            "kubectl logs needs a node that runs the pod",
            "backup.md: Restore: sh 6",
            "kubectl port-forward needs a node that runs the pod",
            "rotate-keys.md: The transit key: sh 3",
            "kubectl logs needs a node that runs the pod",
            "backup.md: Back up: sh 2",
            "a raft snapshot needs Vault's integrated storage; the test's Vault keeps files");

    /** The commands in sentences and tables that are not run, each with the reason. */
    static final Map<String, String> INLINE_NOT_RUN =
            Map.of("vault operator unseal", "it asks for key shares on the terminal; VaultIT unseals with a key");

    private RunbookPages() {}
}
