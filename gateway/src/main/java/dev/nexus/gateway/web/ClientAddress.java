package dev.nexus.gateway.web;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/**
 * Who is at the other end: the socket's address, unless that is a trusted proxy; then the right-most address of
 * X-Forwarded-For that is not one.
 */
@ApplicationScoped
public class ClientAddress {

    private final List<IPAddress> trusted;

    ClientAddress(GatewayConfig config) {
        this.trusted = config.trustedProxies().orElse(List.of()).stream()
                .map(ClientAddress::proxy)
                .toList();
    }

    private static IPAddress proxy(String text) {
        IPAddress address = new IPAddressString(text).getAddress();
        if (address == null) {
            throw new IllegalStateException(
                    "nexus.gateway.trusted-proxies must hold IP addresses or CIDR blocks, such as 10.0.0.0/8");
        }
        return address.toPrefixBlock();
    }

    String of(HttpServerRequest request) {
        String nearest = request.remoteAddress().hostAddress();
        List<String> forwarded = request.headers().getAll("X-Forwarded-For").stream()
                .flatMap(header -> List.of(header.split(",", -1)).stream())
                .map(String::strip)
                .toList();
        for (int i = forwarded.size() - 1; i >= 0 && isTrusted(nearest); i--) {
            if (new IPAddressString(forwarded.get(i)).getAddress() == null) {
                break;
            }
            nearest = forwarded.get(i);
        }
        return subscriber(nearest);
    }

    /** An IPv6 caller has a whole /64 to come from. */
    private static String subscriber(String address) {
        IPAddress parsed = new IPAddressString(address).getAddress();
        return parsed != null && parsed.isIPv6() && !parsed.isLoopback()
                ? parsed.toPrefixBlock(64).toString()
                : address;
    }

    private boolean isTrusted(String address) {
        IPAddress parsed = new IPAddressString(address).getAddress();
        return parsed != null && trusted.stream().anyMatch(block -> block.contains(parsed));
    }
}
