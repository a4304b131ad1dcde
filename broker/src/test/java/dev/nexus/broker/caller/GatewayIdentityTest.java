package dev.nexus.broker.caller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class GatewayIdentityTest {

    private static final GatewayIdentity DNS = new GatewayIdentity("nexus-gateway");
    private static final GatewayIdentity SPIFFE = new GatewayIdentity("spiffe://example.org/nexus/gateway");

    @Test
    void a_matching_dns_name_or_uri_identifies_the_gateway() {
        assertThat(DNS.isAmong(List.of(List.of(2, "other"), List.of(2, "Nexus-Gateway"))))
                .isTrue();
        assertThat(SPIFFE.isAmong(List.of(List.of(6, "spiffe://example.org/nexus/gateway"))))
                .isTrue();
    }

    @Test
    void a_partial_or_wildcard_or_other_name_does_not_identify_the_gateway() {
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
