package dev.nexus.gateway.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.gateway.broker.BrokerClient.Reason;
import org.junit.jupiter.api.Test;

class BrokerClientTest {

    @Test
    void clients_that_did_not_reach_the_broker_are_used_only_for_new_files() {
        assertThat(Reason.REQUESTED.permits(true)).isTrue();
        assertThat(Reason.REQUESTED.permits(false)).isFalse();
        assertThat(Reason.NEW_FILES.permits(true)).isTrue();
        assertThat(Reason.NEW_FILES.permits(false)).isTrue();
    }
}
