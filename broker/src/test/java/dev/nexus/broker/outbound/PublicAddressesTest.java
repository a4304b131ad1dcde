package dev.nexus.broker.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.testsupport.Promise;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Promise(27)
class PublicAddressesTest {

    private final PublicAddresses strict = new PublicAddresses("nexus.some", List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "10.255.255.255",
                "100.64.0.1",
                "100.127.255.254",
                "127.0.0.1",
                "127.0.0.2",
                "127.255.255.255",
                "169.254.0.1",
                "169.254.169.254",
                "169.254.170.2",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.1",
                "192.0.0.192",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.0.1",
                "192.168.255.255",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.1",
                "203.0.113.1",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::7f00:1",
                "::10.0.0.1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::ffff:169.254.169.254",
                "64:ff9b::7f00:1",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b:1::1",
                "100::1",
                "2001::1",
                "2001:db8::1",
                "2002:7f00:1::1",
                "2002:a9fe:a9fe::1",
                "3fff::1",
                "5f00::1",
                "fc00::1",
                "fd00:ec2::254",
                "fd12:3456:789a::1",
                "fe80::1",
                "fe80::a9fe:a9fe",
                "fec0::1",
                "ff02::1",
                "ff0e::1",
            })
    void a_non_public_address_is_refused(String address) throws UnknownHostException {
        assertThat(strict.mayReach(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "100.63.255.255",
                "100.128.0.1",
                "140.82.121.6",
                "172.15.255.255",
                "172.32.0.1",
                "192.167.255.255",
                "223.255.255.255",
                "2606:4700:4700::1111",
                "2a00:1450:4001:80b::200a",
            })
    void a_public_address_is_allowed(String address) throws UnknownHostException {
        assertThat(strict.mayReach(InetAddress.getByName(address))).isTrue();
    }

    private static byte[] mapped(int a, int b) {
        byte[] address = new byte[16];
        address[10] = (byte) 0xFF;
        address[11] = (byte) 0xFF;
        address[12] = (byte) a;
        address[13] = (byte) b;
        address[14] = 1;
        address[15] = 1;
        return address;
    }

    @Test
    void an_allowed_private_address_is_not_allowed_behind_nat64() throws UnknownHostException {
        PublicAddresses installation = new PublicAddresses("nexus.some", List.of("10.1.0.0/16"));

        assertThat(installation.mayReach(InetAddress.getByName("64:ff9b::10.1.2.3")))
                .isFalse();
        assertThat(installation.mayReach(InetAddress.getByName("64:ff9b::8.8.8.8")))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"64:ff9b::/96", "64:ff9b::/32", "::/0", "64:ff9b::169.254.169.254"})
    void an_allowed_nat64_prefix_opens_only_public_ipv4_addresses(String allowed) throws UnknownHostException {
        PublicAddresses installation = new PublicAddresses("nexus.some", List.of(allowed));

        assertThat(installation.mayReach(InetAddress.getByName("64:ff9b::10.1.2.3")))
                .isFalse();
        assertThat(installation.mayReach(InetAddress.getByName("64:ff9b::169.254.169.254")))
                .isFalse();
        assertThat(installation.mayReach(InetAddress.getByName("64:ff9b::8.8.8.8")))
                .isTrue();
    }

    @Property
    void a_mapped_ipv4_address_is_treated_as_the_ipv4_address(
            @ForAll @IntRange(max = 255) int a, @ForAll @IntRange(max = 255) int b) throws UnknownHostException {
        String v4 = a + "." + b + ".1.1";

        boolean plain = strict.mayReach(InetAddress.getByName(v4));

        assertThat(strict.mayReach(InetAddress.getByName("::ffff:" + v4))).isEqualTo(plain);
        // The JDK converts the text of a mapped address to IPv4. An address in an answer of a name server can stay
        // IPv6.
        assertThat(strict.mayReach(Inet6Address.getByAddress("x", mapped(a, b), -1)))
                .isEqualTo(plain);
        assertThat(strict.mayReach(InetAddress.getByName("64:ff9b::" + v4))).isEqualTo(plain);
        // All other IPv6 forms of an IPv4 address are refused.
        assertThat(strict.mayReach(InetAddress.getByName("64:ff9b:1::" + v4))).isFalse();
        assertThat(strict.mayReach(InetAddress.getByName("::" + v4))).isFalse();
    }

    @Test
    void only_allowed_private_addresses_are_reachable() throws UnknownHostException {
        PublicAddresses installation =
                new PublicAddresses("nexus.some", List.of("10.1.0.0/16", " fd00:1::/64 ", "127.0.0.1"));

        assertThat(List.of("10.1.2.3", "fd00:1::5", "127.0.0.1", "8.8.8.8"))
                .allMatch(address -> installation.mayReach(address(address)));
        assertThat(List.of("10.2.0.1", "fd00:1:0:1::5", "127.0.0.2"))
                .noneMatch(address -> installation.mayReach(address(address)));
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"example.org", "10.0.0.0/33", "", "*"})
    void an_invalid_block_is_refused_with_the_name_of_the_setting(String block) {
        assertThatThrownBy(() -> new PublicAddresses("nexus.some", List.of(block)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("nexus.some.allowed-addresses must be IP addresses or CIDR blocks");
    }
}
