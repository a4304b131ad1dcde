package dev.nexus.gateway.http;

import inet.ipaddr.AddressStringParameters.RangeParameters;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import java.util.Optional;

/**
 * Parses one entry of X-Forwarded-For in the forms that proxies write. An entry is an address with or without a port
 * ({@code 203.0.113.7:54321}, {@code [2001:db8::1]:443}), with or without quotes. Or it is an element of RFC 7239 such
 * as {@code for="[2001:db8::1]";proto=https}.
 */
final class ForwardedEntry {

    /** Longer than any address with its brackets, zone and port. A longer text counts as no address. */
    private static final int MAX_NODE = 100;

    /** A complete address: no CIDR block, no range, no wildcard, no short or octal form (inet_aton), no empty text. */
    private static final IPAddressStringParameters ONE_ADDRESS = new IPAddressStringParameters.Builder()
            .allowEmpty(false)
            .allowAll(false)
            .allowPrefix(false)
            .allowMask(false)
            .allowPrefixOnly(false)
            .allowSingleSegment(false)
            .allowWildcardedSeparator(false)
            .setRangeOptions(RangeParameters.NO_RANGE)
            .getIPv4AddressParametersBuilder()
            .allow_inet_aton(false)
            .allowBinary(false)
            .allowLeadingZeros(false)
            .getParentBuilder()
            .getIPv6AddressParametersBuilder()
            .allowBase85(false)
            .allowBinary(false)
            .allowZone(true)
            .getParentBuilder()
            .toParams();

    private ForwardedEntry() {}

    /**
     * Returns the address in {@code entry}, without its zone. Returns an IPv4-mapped address as IPv4. Returns empty if
     * the entry has no address.
     */
    static Optional<IPAddress> address(String entry) {
        return node(entry).map(ForwardedEntry::withoutPort).flatMap(ForwardedEntry::parse);
    }

    /** Returns the obfuscated identifier (RFC 7239, 6.3) in {@code entry}. Returns empty if the entry has none. */
    static Optional<String> identifier(String entry) {
        return node(entry).map(ForwardedEntry::withoutPort).filter(ForwardedEntry::isObfuscated);
    }

    /** The part that identifies the caller: the whole entry, or the value of its {@code for}. */
    private static Optional<String> node(String entry) {
        String node = entry;
        if (entry.indexOf('=') >= 0) {
            node = "";
            for (String pair : entry.split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals >= 0 && pair.substring(0, equals).strip().equalsIgnoreCase("for")) {
                    node = pair.substring(equals + 1);
                }
            }
        }
        node = node.strip();
        if (node.length() > 1 && node.startsWith("\"") && node.endsWith("\"")) {
            node = node.substring(1, node.length() - 1).strip();
        }
        return node.isEmpty() || node.length() > MAX_NODE ? Optional.empty() : Optional.of(node);
    }

    private static String withoutPort(String node) {
        if (node.startsWith("[")) {
            int close = node.indexOf(']');
            return close > 0 && isPort(node.substring(close + 1)) ? node.substring(1, close) : node;
        }
        int colon = node.indexOf(':');
        // An IPv6 address without brackets has several colons and cannot have a port.
        return colon >= 0 && colon == node.lastIndexOf(':') && isPort(node.substring(colon))
                ? node.substring(0, colon)
                : node;
    }

    /** Returns true if {@code text} is empty, or a colon and a port: up to five digits, or an obfuscated port. */
    private static boolean isPort(String text) {
        if (text.isEmpty()) {
            return true;
        }
        String port = text.substring(1);
        return text.charAt(0) == ':'
                && (isObfuscated(port)
                        || (!port.isEmpty()
                                && port.length() <= 5
                                && port.chars().allMatch(digit -> digit >= '0' && digit <= '9')));
    }

    private static boolean isObfuscated(String text) {
        return text.length() > 1
                && text.charAt(0) == '_'
                && text.chars()
                        .allMatch(character -> (character >= 'a' && character <= 'z')
                                || (character >= 'A' && character <= 'Z')
                                || (character >= '0' && character <= '9')
                                || character == '.'
                                || character == '_'
                                || character == '-');
    }

    private static Optional<IPAddress> parse(String text) {
        int zone = text.indexOf('%');
        IPAddress address = new IPAddressString(zone < 0 ? text : text.substring(0, zone), ONE_ADDRESS).getAddress();
        if (address == null) {
            return Optional.empty();
        }
        return Optional.of(
                address.isIPv6() && address.toIPv6().isIPv4Mapped()
                        ? address.toIPv6().getEmbeddedIPv4Address()
                        : address);
    }
}
