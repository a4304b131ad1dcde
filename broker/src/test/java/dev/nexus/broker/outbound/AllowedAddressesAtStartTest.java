package dev.nexus.broker.outbound;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedAddressesAtStartTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.0.0.0/8",
                "127.1.2.3",
                "0.0.0.0",
                "0.0.0.0/0",
                "169.254.169.254",
                "169.254.0.0/16",
                "::1",
                "::/0",
                "::",
                "fe80::1"
            })
    void production_refuses_local_addresses_and_other_profiles_accept_them(String local) {
        List<String> allowed = List.of("10.1.0.0/16", local);

        assertThatThrownBy(() -> AllowedAddressesAtStart.check("nexus.some", allowed, true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("nexus.some.allowed-addresses must not include a loopback")
                .hasMessageContaining("quarkus.profile=quickstart");
        assertThatCode(() -> AllowedAddressesAtStart.check("nexus.some", allowed, false))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/8", "192.168.7.5", "fd00:1::/64", "192.0.0.0/3"})
    void production_accepts_addresses_of_a_private_network(String block) {
        assertThatCode(() -> AllowedAddressesAtStart.check("nexus.some", List.of(block), true))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void malformed_addresses_are_refused_in_each_profile(boolean production) {
        assertThatThrownBy(() -> AllowedAddressesAtStart.check("nexus.some", List.of("example.org"), production))
                .hasMessage("nexus.some.allowed-addresses must be IP addresses or CIDR blocks");
    }
}
