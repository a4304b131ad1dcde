package dev.nexus.example.nexus;

import java.util.Map;

/**
 * The body of POST /v1/capture-credential: the submitted values by property of the schema. {@code toString} omits them.
 */
public record Capture(Secret state, Map<String, Object> credentials) {

    @Override
    public String toString() {
        return "Capture[***]";
    }
}
