package dev.nexus.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contracts.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorWriterTest {

    @ParameterizedTest
    @ValueSource(ints = {500, 501, 502, 504, 599})
    void server_error_status_is_mapped_to_internal(int status) {
        assertThat(ErrorWriter.ofStatus(status).code()).isEqualTo(ErrorCode.INTERNAL);
    }

    @Test
    void unreadable_request_is_mapped_to_invalid_request() {
        assertThat(ErrorWriter.ofStatus(400).code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }
}
