package dev.nexus.example.nexus;

import java.util.Objects;

/** A provider, with the members that this application uses. */
public record Provider(String id, String slug, String name) {

    public Provider {
        Objects.requireNonNull(id);
        Objects.requireNonNull(slug);
        Objects.requireNonNull(name);
    }
}
