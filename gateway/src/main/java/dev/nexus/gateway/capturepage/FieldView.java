package dev.nexus.gateway.capturepage;

import java.util.List;

/**
 * A field as a template shows it.
 *
 * @param kind text, secret, integer, number, choice, check or group
 * @param error empty where nothing is wrong with it
 * @param describedBy the ids of what explains it, for aria-describedby
 * @param focused whether the page opens with the focus on it
 * @param minLength empty where there is none, as for the other limits
 */
public record FieldView(
        String id,
        String kind,
        String label,
        String help,
        boolean required,
        String error,
        String describedBy,
        boolean focused,
        String value,
        String minLength,
        String maxLength,
        String pattern,
        List<OptionView> options,
        boolean checked,
        List<FieldView> fields) {

    /** One of a choice's values. */
    public record OptionView(int index, String label, boolean selected) {}

    @Override
    public String toString() {
        return "FieldView[" + id + "]";
    }
}
