package dev.nexus.example.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The application's own form.
 *
 * @param action the address to which the form is submitted
 * @param problem an error that concerns no single field; null without one
 */
public record FormView(
        String user,
        String provider,
        String action,
        List<FormField> fields,
        @Nullable String problem) {

    public boolean isWrong() {
        return problem != null || fields.stream().anyMatch(field -> field.error() != null);
    }
}
