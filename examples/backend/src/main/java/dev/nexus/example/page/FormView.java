package dev.nexus.example.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The application's own form.
 *
 * @param action where it is posted to
 * @param problem what is wrong with the whole, if anything
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
