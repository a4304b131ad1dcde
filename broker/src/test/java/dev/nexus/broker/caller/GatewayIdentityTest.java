package dev.nexus.broker.caller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class GatewayIdentityTest {

    private static final GatewayIdentity DNS = new GatewayIdentity("nexus-gateway");
    private static final GatewayIdentity SPIFFE = new GatewayIdentity("spiffe://example.org/nexus/gateway");

    @Test
    void a_dns_name_or_a_uri_among_others_is_the_gateway() {
        assertThat(DNS.isAmong(List.of(List.of(2, "other"), List.of(2, "Nexus-Gateway"))))
                .isTrue();
        assertThat(SPIFFE.isAmong(List.of(List.of(6, "spiffe://example.org/nexus/gateway"))))
                .isTrue();
    }

    @Test
    void another_name_a_part_a_wildcard_another_kind_or_none_is_not() {
        assertThat(DNS.isAmong(List.of())).isFalse();
        assertThat(DNS.isAmong(List.of(List.of(2, "nexus-gateway.example.org"))))
                .isFalse();
        assertThat(DNS.isAmong(List.of(List.of(2, "*")))).isFalse();
        assertThat(DNS.isAmong(List.of(List.of(1, "nexus-gateway"), List.of(0, new byte[] {1}))))
                .isFalse();
        assertThat(SPIFFE.isAmong(List.of(List.of(6, "spiffe://example.org/nexus/Gateway"))))
                .isFalse();
        assertThat(SPIFFE.isAmong(List.of(List.of(2, "spiffe://example.org/nexus/gateway"))))
                .isFalse();
    }
}
