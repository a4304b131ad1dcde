package dev.nexus.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.runtime.CertificateExpiry.Validity;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The validity of a certificate, with a tolerance for the clock of its issuer. */
class CertificateExpiryTest {

    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant UNTIL = Instant.parse("2026-02-01T00:00:00Z");

    @Test
    void a_certificate_is_valid_from_one_minute_before_its_begin_until_its_end() {
        Validity validity = new Validity(FROM, UNTIL);

        assertThat(validity.contains(FROM.minusSeconds(61))).isFalse();
        assertThat(validity.contains(FROM.minusSeconds(60))).isTrue();
        assertThat(validity.contains(UNTIL)).isTrue();
        assertThat(validity.contains(UNTIL.plusSeconds(1))).isFalse();
    }
}
