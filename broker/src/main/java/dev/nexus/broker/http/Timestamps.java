package dev.nexus.broker.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.SerializerProvider;
import java.io.IOException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Writes times as RFC 3339 in UTC, always with milliseconds, for example {@code 2026-01-31T09:00:00.000Z}. */
public final class Timestamps extends JsonSerializer<OffsetDateTime> {

    private static final DateTimeFormatter MILLISECONDS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'");

    @Override
    public void serialize(OffsetDateTime time, JsonGenerator json, SerializerProvider provider) throws IOException {
        json.writeString(format(time));
    }

    public static String format(OffsetDateTime time) {
        return MILLISECONDS.format(time.withOffsetSameInstant(ZoneOffset.UTC));
    }
}
