package dev.nexus.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.gateway.http.ClientAddress.Client;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {

    private static final String PROXY = "10.0.0.5";

    private final Counter unreadable = new SimpleMeterRegistry().counter("unreadable");
    private final ClientAddress addresses = new ClientAddress(List.of("10.0.0.0/8", "fd00::/16"), unreadable);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "203.0.113.7                                    | 203.0.113.7    | 203.0.113.7",
                "203.0.113.7:54321                              | 203.0.113.7    | 203.0.113.7",
                "203.0.113.7:                                   | 10.0.0.5       | 10.0.0.5",
                "::ffff:198.51.100.1                            | 198.51.100.1   | 198.51.100.1",
                "::FFFF:c633:6401                               | 198.51.100.1   | 198.51.100.1",
                "[::ffff:198.51.100.1]:443                      | 198.51.100.1   | 198.51.100.1",
                "2001:db8::1                                    | 2001:db8::1    | 2001:db8::/64",
                "2001:DB8:0:0:0:0:0:1                           | 2001:db8::1    | 2001:db8::/64",
                "[2001:db8::1]                                  | 2001:db8::1    | 2001:db8::/64",
                "[2001:db8::1]:443                              | 2001:db8::1    | 2001:db8::/64",
                "\"[2001:db8::1]\"                              | 2001:db8::1    | 2001:db8::/64",
                "\"[2001:db8::1]:443\"                          | 2001:db8::1    | 2001:db8::/64",
                "\"203.0.113.7\"                                | 203.0.113.7    | 203.0.113.7",
                "for=192.0.2.60;proto=http;by=203.0.113.43      | 192.0.2.60     | 192.0.2.60",
                "proto=https; For=\"[2001:db8:cafe::17]:4711\"  | 2001:db8:cafe::17 | 2001:db8:cafe::/64",
                "for=192.0.2.60:_port                           | 192.0.2.60     | 192.0.2.60",
                "fe80::1%eth0                                   | fe80::1        | fe80::/64",
                "::1                                            | ::1            | ::1",
            })
    void each_address_notation_is_parsed(String entry, String address, String subscriber) {
        Client client = addresses.of(PROXY, List.of(entry));

        assertThat(client).isEqualTo(new Client(address, subscriber));
    }

    @Test
    void port_does_not_change_the_rate_limit_key() {
        Client first = addresses.of(PROXY, List.of("203.0.113.7:1024"));
        Client second = addresses.of(PROXY, List.of("203.0.113.7:1025"));

        assertThat(first).isEqualTo(second);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unknown",
                "for=unknown",
                "proto=https",
                "203.0.113",
                "203.0.113.7.8",
                "0x7f.0.0.1",
                "010.0.0.1",
                "203.0.113.0/24",
                "203.0.113.*",
                "203.0.113.1-9",
                "*",
                "[2001:db8::1",
                "2001:db8::1]",
                "[]",
                "[]:1",
                "[2001:db8::1]x",
                "203.0.113.7:123456",
                "203.0.113.7:http",
                "localhost",
                "a b",
                "\"",
                "\"\"",
                "::g"
            })
    void unreadable_entry_is_counted_and_entries_to_its_left_are_ignored(String entry) {
        Client client = addresses.of(PROXY, List.of("198.51.100.1, " + entry));

        assertThat(client).isEqualTo(new Client(PROXY, PROXY));
        assertThat(unreadable.count()).isEqualTo(1);
    }

    @Test
    void obfuscated_identifiers_have_separate_rates() {
        Client one = addresses.of(PROXY, List.of("for=_SEVKISEK"));
        Client other = addresses.of(PROXY, List.of("_hidden.2:_port"));

        assertThat(one.subscriber()).isNotEqualTo(other.subscriber()).isNotEqualTo(PROXY);
        assertThat(one.address()).isEqualTo(PROXY);
        assertThat(unreadable.count()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "198.51.100.1, 203.0.113.7            |                        | 203.0.113.7",
                "198.51.100.1, 203.0.113.7, 10.0.0.9  |                        | 203.0.113.7",
                "198.51.100.1                         | 203.0.113.7:80         | 203.0.113.7",
                "203.0.113.7                          | [fd00::1]:8080         | 203.0.113.7",
                "203.0.113.7                          | ::ffff:10.1.1.1        | 203.0.113.7",
                "203.0.113.7, , ,                     |                        | 203.0.113.7",
                "10.0.0.7, 10.0.0.8                   |                        | 10.0.0.7",
                "198.51.100.1, _gazonk, 203.0.113.7   |                        | 203.0.113.7",
            })
    void rightmost_untrusted_address_is_used(String first, String second, String address) {
        List<String> headers = Arrays.stream(new String[] {first, second})
                .filter(text -> text != null)
                .toList();

        assertThat(addresses.of(PROXY, headers).address()).isEqualTo(address);
        assertThat(unreadable.count()).isZero();
    }

    @Test
    void headers_of_an_untrusted_peer_are_ignored() {
        assertThat(addresses.of("198.51.100.9", List.of("203.0.113.7")).address())
                .isEqualTo("198.51.100.9");
        assertThat(addresses.of("198.51.100.9", List.of("garbage")).address()).isEqualTo("198.51.100.9");
        assertThat(addresses.of("0:0:0:0:0:0:0:1", List.of("203.0.113.7")).address())
                .isEqualTo("::1");
        assertThat(unreadable.count()).isZero();
    }

    @Test
    void a_proxy_that_connects_as_an_IPv4_mapped_address_is_trusted() {
        assertThat(addresses.of("::ffff:10.0.0.5", List.of("203.0.113.7")).address())
                .isEqualTo("203.0.113.7");
    }
}
