package dev.nexus.gateway.page;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
     * @param link https URL of the page where the value is made or shown; may be empty
     */
    record Place(String id, String name, String pointer, String label, String help, String link, boolean required) {}

    /** What a text stands for. */
    enum Kind {
        TEXT,
        /** A string that is masked, and not shown again after an error. */
        SECRET,
        EMAIL,
        URI,
        INTEGER,
        NUMBER
    }

    /**
     * A text to type.
     *
     * @param multiline whether it may have several lines; only for a text or a secret
     * @param suffix what follows it in a host name, such as {@code .zendesk.com}, possibly empty; null if it is no part
     *     of a host name
     * @param limits the schema's limits as it writes them, by keyword: minLength, maxLength, minimum …
     * @param pattern the schema's, may be empty
     * @param initial the schema's default, may be empty; always empty for a secret
     */
    record Text(
            Place place,
            Kind kind,
            boolean multiline,
            @Nullable String suffix,
            Map<String, String> limits,
            String pattern,
            String initial)
            implements Field {

        boolean isNumber() {
            return kind == Kind.INTEGER || kind == Kind.NUMBER;
        }
    }

    /** One of several values; the form carries its index, so that a number stays the number that the schema wrote. */
    record Choice(Place place, List<Option> options, int initial) implements Field {}

    /** A value to choose and how it is shown. */
    record Option(JsonNode value, String label) {}

    /** Yes or no; always sent. */
    record Check(Place place, boolean initial) implements Field {}

    /** An object within the credentials. */
    record Group(Place place, List<Field> fields) implements Field {}
}
