package dev.nexus.broker.webhook.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class DeliveryTest {

    private static final UUID ID = UUID.fromString("01900000-0000-7000-8000-000000000001");
    private static final UUID CONNECTION = UUID.fromString("01900000-0000-7000-8000-000000000002");
    private static final UUID PROVIDER = UUID.fromString("01900000-0000-7000-8000-000000000003");
    private static final UUID SUCCESSOR = UUID.fromString("01900000-0000-7000-8000-000000000004");
    private static final OffsetDateTime AT = OffsetDateTime.of(2026, 1, 31, 9, 0, 0, 123_456_000, ZoneOffset.UTC);

    @Test
    void a_payload_has_the_event_type_and_the_connection() {
        Delivery superseded = new Delivery(
                ID,
                1,
                "connection.superseded",
                AT,
                CONNECTION,
                "w",
                PROVIDER,
                "github",
                "work",
                "superseded",
                SUCCESSOR);

        assertThat(superseded.payload())
                .isEqualTo("{\"type\":\"connection.superseded\",\"timestamp\":\"2026-01-31T09:00:00.123Z\",\"data\":{"
                        + "\"connection_id\":\"" + CONNECTION + "\",\"workspace_id\":\"w\",\"provider\":{\"id\":\""
                        + PROVIDER + "\",\"slug\":\"github\"},\"label\":\"work\",\"status\":\"superseded\","
                        + "\"replaced_by\":\"" + SUCCESSOR + "\"}}");
    }

    @Test
    void missing_values_are_omitted_and_all_texts_are_escaped() throws Exception {
        Delivery plain = new Delivery(
                ID, 1, "connection.revoked", AT, CONNECTION, "w\"\\ä\u2028", PROVIDER, null, "", "revoked", null);

        assertThat(plain.payload()).doesNotContain("label", "slug", "replaced_by", "null");
        assertThat(new ObjectMapper()
                        .readTree(plain.payload())
                        .at("/data/workspace_id")
                        .textValue())
                .isEqualTo("w\"\\ä\u2028");
    }
}
