package dev.nexus.e2e.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.e2e.support.Backend;
import dev.nexus.e2e.support.BrokerCommand;
import dev.nexus.e2e.support.Concurrent;
import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.launcher.Nexus;
import dev.nexus.testsupport.Promise;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * The command audit-check. The suites also run it on each database: {@link NexusExtension} checks the shared Nexus after
 * each class, and a separate Nexus when the test closes it.
 */
@Concurrent
class AuditTrailIT {

    @Test
    @Promise(34)
    void planted_event_fails_the_command_and_the_test_that_closes_nexus() throws Exception {
        Nexus nexus = NexusExtension.start("audit-trail", Map.of());
        Backend acme = NexusExtension.backend(nexus, 0);
        String workspace = Backend.workspace();
        String superseded = acme.connect(workspace, "old");
        String active = acme.connect(workspace, "new");
        acme.token(superseded).then().statusCode(200);
        acme.token(active).then().statusCode(200);
        acme.revoke(active).then().statusCode(204);
        BrokerCommand.Result before = BrokerCommand.auditCheck(nexus);
        UUID planted = UUID.randomUUID();

        NexusExtension.sql(nexus, """
                insert into audit_event (id, tenant, action, outcome, connection_id, key_id, request_id)
                values ('%s', 'acme', 'connection.activated', 'success', '%s', 'k', 'r')
                """.formatted(planted, active));

        assertThat(before.code()).as(before.output()).isZero();
        assertThat(before.output()).contains("of 2 connections. Each order is legal");
        BrokerCommand.Result after = BrokerCommand.auditCheck(nexus);
        assertThat(after.code()).as(after.output()).isEqualTo(1);
        assertThat(after.output())
                .contains("tenant=acme connection_id=" + active + " event_id=" + planted, "state=ended");
        assertThatThrownBy(nexus::close)
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("audit-trail")
                .hasMessageContaining(planted.toString());
        assertThat(ProcessHandle.of(nexus.broker().pid()).filter(ProcessHandle::isAlive))
                .isEmpty();
    }
}
