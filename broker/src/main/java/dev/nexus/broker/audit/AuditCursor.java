package dev.nexus.broker.audit;

import dev.nexus.broker.http.Cursor;
import dev.nexus.broker.http.Parameters;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The position at the end of a page: the time, with microseconds, and the id of the last event of the page. If the page
 * ended at the scan budget, the position is that of the last event that was read.
 */
record AuditCursor(OffsetDateTime at, UUID id) {

    /**
     * Returns null if the parameter is absent.
     *
     * @throws dev.nexus.runtime.ApiException invalid_request if it is not a cursor of this list
     */
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
