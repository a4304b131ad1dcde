package dev.nexus.gateway.page;

import java.util.List;

/**
 * A field as a template shows it.
 *
 * @param kind text, secret, email, uri, integer, number, choice, check or group
 * @param lang language of the label and the help; empty if it is the page's or not known
 * @param link where the value is made or shown; empty for none
 * @param linkText what the link says
 * @param error empty if nothing is wrong with it
 * @param describedBy the ids of what explains it, for aria-describedby
 */
public record FieldView(
        String id,
        String kind,
        String lang,
        String label,
        String help,
        String link,
        String linkText,
        boolean required,
        String error,
        String describedBy,
        InputView input,
        List<OptionView> options,
        boolean checked,
        List<FieldView> fields) {

    /**
     * How a text is typed.
     *
     * @param suffix what stands beside it; empty for none
     * @param hostPart whether it is a part of a host name
     * @param minLength empty if there is none, as for the other limits
     */
    public record InputView(
            String value,
            boolean multiline,
            String autocomplete,
            String suffix,
            boolean hostPart,
            String minLength,
            String maxLength,
            String pattern) {

        static final InputView NONE = new InputView("", false, "", "", false, "", "", "");

        @Override
        public String toString() {
            return "InputView[***]";
        }
    }

    /** One of a choice's values. */
    public record OptionView(int index, String label, boolean selected) {}

    @Override
    public String toString() {
        return "FieldView[" + id + "]";
    }
}
