package dev.nexus.gateway.broker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.gateway.broker.BrokerClient.Why;
import org.junit.jupiter.api.Test;

class BrokerClientTest {

    @Test
    void only_new_files_make_a_client_that_did_not_reach_the_broker() {
        assertThat(Why.ASKED_FOR.takes(true)).isTrue();
        assertThat(Why.ASKED_FOR.takes(false)).isFalse();
        assertThat(Why.NEW_FILES.takes(true)).isTrue();
        assertThat(Why.NEW_FILES.takes(false)).isTrue();
    }
}
