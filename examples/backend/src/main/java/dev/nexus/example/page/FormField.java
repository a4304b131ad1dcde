package dev.nexus.example.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A field of the form, as the provider's schema describes it. It never holds what the user typed: a secret that a page
 * shows again lies in the browser's cache and history.
 *
 * @param name the schema's name for it
 * @param choices what may be chosen, for {@link Kind#CHOICE}
 * @param error what the Gateway says is wrong with it
 */
public record FormField(
        int number,
        String name,
        String title,
        @Nullable String description,
        Kind kind,
        boolean required,
        List<String> choices,
        @Nullable String error) {

    /** Put before a schema's names, so that none of them collides with a field of the page's own. */
    public static final String PREFIX = "credential.";

    /** How a field is asked for. */
    public enum Kind {
        TEXT,
        MASKED,
        NUMBER,
        SWITCH,
        CHOICE
    }

    public FormField withError(@Nullable String message) {
        return new FormField(number, name, title, description, kind, required, choices, message);
    }

    public String parameter() {
        return PREFIX + name;
    }

    public boolean isChoice() {
        return kind == Kind.CHOICE;
    }

    public boolean isSwitch() {
        return kind == Kind.SWITCH;
    }

    /** The type of the HTML input. */
    public String input() {
        return kind == Kind.MASKED ? "password" : "text";
    }

    /** The ids of what describes the field, for aria-describedby. */
    public String describedBy() {
        return (error == null ? "" : "error-" + number + " ") + (description == null ? "" : "help-" + number);
    }
}
