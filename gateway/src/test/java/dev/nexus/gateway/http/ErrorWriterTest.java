package dev.nexus.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.contracts.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorWriterTest {

    @ParameterizedTest
    @ValueSource(ints = {500, 501, 502, 504, 599})
    void a_failure_of_the_service_is_never_the_callers_fault(int status) {
        assertThat(ErrorWriter.ofStatus(status).code()).isEqualTo(ErrorCode.INTERNAL);
    }

    @Test
    void a_request_that_cannot_be_read_is_400() {
        assertThat(ErrorWriter.ofStatus(400).code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }
}
