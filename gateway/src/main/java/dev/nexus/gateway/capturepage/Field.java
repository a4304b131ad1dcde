package dev.nexus.gateway.capturepage;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** One thing that a credential schema asks for. */
sealed interface Field {

    Place place();

    /**
     * Where a field stands.
     *
     * @param id its name in the form, {@code f0}, {@code f1} … in the schema's order: names of ours, whatever the
     *     schema's are
     * @param name the member's name in the credentials
     * @param pointer RFC 6901, from the request that the Broker gets: {@code /credentials/api_key}
     * @param label never empty
     * @param help may be empty
     */
    record Place(String id, String name, String pointer, String label, String help, boolean required) {}

    /** What a text stands for. */
    enum Kind {
        TEXT,
        /** A string of {@code format: password}. */
        SECRET,
        INTEGER,
        NUMBER
    }

    /**
     * A text to type.
     *
     * @param limits the schema's limits as it writes them, by keyword: minLength, maxLength, minimum …
     * @param pattern the schema's, may be empty
     * @param initial the schema's default, may be empty; always empty for a secret
     */
    record Text(Place place, Kind kind, Map<String, String> limits, String pattern, String initial) implements Field {}

    /** One of several values; the form carries its index, so that a number stays the number that the schema wrote. */
    record Choice(Place place, List<Option> options, int initial) implements Field {}

    /** A value to choose and how it is shown. */
    record Option(JsonNode value, String label) {}

    /** Yes or no; always sent. */
    record Check(Place place, boolean initial) implements Field {}

    /** An object within the credentials. */
    record Group(Place place, List<Field> fields) implements Field {}
}
