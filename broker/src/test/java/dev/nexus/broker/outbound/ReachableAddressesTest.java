package dev.nexus.broker.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.broker.outbound.GuardedRequest.AddressRefusedException;
import dev.nexus.broker.testing.KnownHosts;
import dev.nexus.testsupport.Promise;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@Promise(27)
class ReachableAddressesTest {

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private List<String> addresses(String... answered) {
        return new ReachableAddresses(
                        new KnownHosts(vertx, Map.of("provider.test", List.of(answered))),
                        new PublicAddresses("nexus.some", List.of()))
                .of("provider.test").await().atMost(Duration.ofSeconds(5)).stream()
                        .map(InetAddress::getHostAddress)
                        .toList();
    }

    @Test
    void all_addresses_are_returned_with_ipv6_first() {
        assertThat(addresses("8.8.8.8", "2606:4700::1111", "1.1.1.1", "64:ff9b::808:808"))
                .containsExactly("2606:4700:0:0:0:0:0:1111", "64:ff9b:0:0:0:0:808:808", "8.8.8.8", "1.1.1.1");
    }

    @Test
    void at_most_two_addresses_of_each_family_are_returned() {
        assertThat(addresses("8.8.8.8", "8.8.4.4", "1.1.1.1", "2606:4700::1", "2606:4700::2", "2606:4700::3"))
                .containsExactly("2606:4700:0:0:0:0:0:1", "2606:4700:0:0:0:0:0:2", "8.8.8.8", "8.8.4.4");
        assertThatThrownBy(() -> addresses("8.8.8.8", "8.8.4.4", "10.0.0.1"))
                .isInstanceOf(AddressRefusedException.class);
    }

    @Test
    void a_name_with_an_address_that_must_not_be_called_is_refused() {
        assertThatThrownBy(() -> addresses("8.8.8.8", "64:ff9b::7f00:1")).isInstanceOf(AddressRefusedException.class);
    }
}
