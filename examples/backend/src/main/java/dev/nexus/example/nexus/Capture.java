package dev.nexus.example.nexus;

import java.util.Map;

/** The body of POST /v1/capture-credential: what the user typed, by the schema's names. It does not print. */
public record Capture(Secret state, Map<String, Object> credentials) {

    @Override
    public String toString() {
        return "Capture[***]";
    }
}
