package dev.nexus.example.nexus;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A secret text. {@code toString} returns asterisks, so that it cannot get into a log. JSON contains the text itself.
 */
public final class Secret {

    private final String value;

    @JsonCreator
    public Secret(String value) {
        this.value = value;
    }

    /** The text. Use it only to send it. */
    @JsonValue
    public String reveal() {
        return value;
    }

    @Override
    public String toString() {
        return "***";
    }
}
