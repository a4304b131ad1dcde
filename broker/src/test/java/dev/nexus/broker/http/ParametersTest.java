package dev.nexus.broker.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTest {

    @ParameterizedTest
    @ValueSource(strings = {"0", "201", "-1", "1.0", "", " 5", "0x10", "9999999999999", "ten"})
    void a_limit_out_of_range_is_refused_with_its_name(String limit) {
        assertThatThrownBy(() -> Parameters.limit(limit)).isInstanceOfSatisfying(ApiException.class, refusal -> {
            assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
            assertThat(refusal).hasMessageContaining("limit");
        });
    }

    @Test
    void a_limit_in_range_is_accepted_and_the_default_is_50() {
        assertThat(Parameters.limit("1")).isEqualTo(1);
        assertThat(Parameters.limit("200")).isEqualTo(200);
        assertThat(Parameters.limit(null)).isEqualTo(50);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1-1-1-1-1",
                "x",
                "018f3a1c-2d00-7000-8000-00000000000",
                "018f3a1c-2d00-7000-8000-00000000000g",
                "018f3a1c-2d00-7000-8000-0000000000-0",
                "018f3a1c02d00-7000-8000-000000000000",
                "{018f3a1c-2d00-7000-8000-000000000000}"
            })
    void a_malformed_connection_id_is_not_found(String id) {
        assertThatThrownBy(() -> Parameters.connectionId(id))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.CONNECTION_NOT_FOUND));
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "2026-01-31", "2026-01-31T09:00:00", "+999999999-01-01T00:00:00Z", ""})
    void a_malformed_time_is_refused_without_its_value(String time) {
        assertThatThrownBy(() -> Parameters.time("from", time))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("from")
                .hasMessageNotContaining("999999999");
    }

    @ParameterizedTest
    @ValueSource(strings = {"!", "a", "====", "AA\u0000"})
    void an_invalid_cursor_is_refused(String cursor) {
        assertThatThrownBy(() ->
                        Parameters.uuid(String.valueOf(Cursor.decode(cursor))).orElseThrow(Cursor::invalid))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("cursor");
    }

    @Test
    void times_have_milliseconds_and_are_in_utc() {
        assertThat(Timestamps.format(OffsetDateTime.parse("2026-01-31T10:00:00.1234567+01:00")))
                .isEqualTo("2026-01-31T09:00:00.123Z");
    }
}
