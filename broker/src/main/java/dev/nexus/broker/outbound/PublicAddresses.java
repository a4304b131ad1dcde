package dev.nexus.broker.outbound;

import inet.ipaddr.AddressStringException;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressNetwork.IPAddressGenerator;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import inet.ipaddr.ipv4.IPv4Address;
import inet.ipaddr.ipv6.IPv6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The addresses that a request to a tenant's host may reach: public unicast addresses, and the addresses that the
 * configuration adds. Refuses all blocks of the IANA special-purpose registries (RFC 6890 and its successors). Also
 * refuses multicast addresses and the block 3ffe::/16, whose use has ended (RFC 3701).
 *
 * <p>Some IPv6 addresses contain an IPv4 address, which is the real target. A mapped address is treated as its IPv4
 * address. An address of NAT64 is accepted only if its IPv4 address is public, even if an allowed block contains it. The
 * other forms (compatible, 6to4, Teredo, and NAT64 with a local prefix) are not public.
 */
final class PublicAddresses {

    /** Accepts an address or a CIDR block. Refuses wildcards, and empty text, which would mean the loopback address. */
    private static final IPAddressStringParameters PLAIN = new IPAddressStringParameters.Builder()
            .allowEmpty(false)
            .allowAll(false)
            .allowWildcardedSeparator(false)
            .allowMask(false)
            .toParams();

    private static final List<IPAddress> NOT_PUBLIC_V4 = blocks(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4");

    /** The only block from which IANA assigns global unicast addresses. */
    private static final IPAddress GLOBAL_V6 = block("2000::/3");

    private static final List<IPAddress> NOT_PUBLIC_V6 = blocks(
            "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3ffe::/16", "3fff::/20", "5f00::/16");

    /** The addresses by which hosts without IPv4 reach IPv4 addresses (RFC 6052). */
    private static final IPAddress NAT64 = block("64:ff9b::/96");

    /** Loopback, unspecified (Linux connects it to the loopback) and link-local (the metadata services of clouds). */
    private static final List<IPAddress> LOCAL =
            blocks("127.0.0.0/8", "0.0.0.0/8", "169.254.0.0/16", "::1", "::", "fe80::/10");

    private final List<IPAddress> allowed;

    /**
     * Accepts public addresses and {@code allowed}.
     *
     * @param settings the prefix of the settings, for messages
     * @param allowed addresses or CIDR blocks
     * @throws IllegalArgumentException if an entry is neither an address nor a CIDR block. The message names the
     *     setting
     */
    PublicAddresses(String settings, List<String> allowed) {
        this.allowed = allowed.stream()
                .map(text -> parse(text.strip())
                        .orElseThrow(() -> new IllegalArgumentException(
                                settings + ".allowed-addresses must be IP addresses or CIDR blocks")))
                .toList();
    }

    boolean mayReach(InetAddress address) {
        IPAddress target = unmapped(new IPAddressGenerator().from(address));
        if (target instanceof IPv6Address v6 && NAT64.contains(v6)) {
            // An allowed NAT64 prefix must not open the private IPv4 addresses behind it.
            return isPublic(v6.getEmbeddedIPv4Address());
        }
        return allowed.stream().anyMatch(block -> block.contains(target)) || isPublic(target);
    }

    /** Returns true if an allowed block overlaps the loopback, unspecified or link-local addresses. */
    boolean allowsLocal() {
        return allowed.stream()
                .anyMatch(block -> LOCAL.stream()
                        .filter(local -> local.getIPVersion() == block.getIPVersion())
                        .anyMatch(local -> local.intersect(block) != null));
    }

    private static IPAddress unmapped(IPAddress address) {
        return address instanceof IPv6Address v6 && v6.isIPv4Mapped() ? v6.getEmbeddedIPv4Address() : address;
    }

    private static boolean isPublic(IPAddress address) {
        if (address instanceof IPv4Address) {
            return NOT_PUBLIC_V4.stream().noneMatch(block -> block.contains(address));
        }
        return address instanceof IPv6Address
                && GLOBAL_V6.contains(address)
                && NOT_PUBLIC_V6.stream().noneMatch(block -> block.contains(address));
    }

    private static Optional<IPAddress> parse(String text) {
        try {
            return Optional.of(new IPAddressString(text, PLAIN).toAddress().toPrefixBlock());
        } catch (AddressStringException e) {
            return Optional.empty();
        }
    }

    private static IPAddress block(String text) {
        return parse(text).orElseThrow();
    }

    private static List<IPAddress> blocks(String... texts) {
        return Stream.of(texts).map(PublicAddresses::block).toList();
    }
}
