package dev.nexus.example.page;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A field of the form for a provider's schema. It never has the submitted value, because a secret in a page would get
 * into the browser's cache and history.
 *
 * @param name the name of the property in the schema
 * @param choices the allowed values, for {@link Kind#CHOICE}
 * @param error the Gateway's error message; null without an error
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

    /** The prefix of form parameters, so that no property collides with another parameter of the page. */
    public static final String PREFIX = "credential.";

    /** The kind of the input element. */
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

    /** The ids of the elements that describe the field, for aria-describedby. */
    public String describedBy() {
        return (error == null ? "" : "error-" + number + " ") + (description == null ? "" : "help-" + number);
    }
}
