package dev.nexus.broker.audit;

import dev.nexus.broker.http.Cursor;
import dev.nexus.broker.http.Parameters;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The position at the end of a page of events: the time of the last event, with microseconds, and its id. */
record AuditCursor(OffsetDateTime at, UUID id) {

    static @Nullable AuditCursor parse(@Nullable String cursor) {
        String key = Cursor.decode(cursor);
        if (key == null) {
            return null;
        }
        List<String> parts = List.of(key.split(" ", 2));
        try {
            OffsetDateTime at = OffsetDateTime.parse(parts.get(0));
            if (!Parameters.isStorable(at)) {
                throw Cursor.invalid();
            }
            return new AuditCursor(
                    at, Parameters.uuid(parts.get(parts.size() - 1)).orElseThrow(Cursor::invalid));
        } catch (DateTimeException malformed) {
            throw Cursor.invalid();
        }
    }

    String encode() {
        return Cursor.encode(at.withOffsetSameInstant(ZoneOffset.UTC) + " " + id);
    }
}
