package dev.nexus.example.nexus;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** A text that must not be printed: in a log or a message it is three asterisks. JSON carries the text itself. */
public final class Secret {

    private final String value;

    @JsonCreator
    public Secret(String value) {
        this.value = value;
    }

    /** The text, for the one place that sends it. */
    @JsonValue
    public String reveal() {
        return value;
    }

    @Override
    public String toString() {
        return "***";
    }
}
