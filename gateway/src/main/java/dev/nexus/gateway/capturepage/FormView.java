package dev.nexus.gateway.capturepage;

import java.util.List;

/**
 * The form as a template shows it.
 *
 * @param account for whom the application connects; empty where it did not say
 * @param returnHost where the browser goes afterwards
 * @param documentationUrl empty where the provider has none
 * @param leaveUrl where Cancel leads
 * @param problem what is wrong as a whole; empty where nothing is
 * @param problems what is wrong with single fields
 * @param again whether it was sent before, and so has lost what was typed
 */
public record FormView(
        PageFrame frame,
        String heading,
        String lead,
        String warning,
        String promise,
        String account,
        String returnHost,
        String documentationUrl,
        String action,
        String leaveUrl,
        long secondsLeft,
        long minutesLeft,
        String problem,
        List<FieldProblem> problems,
        boolean again,
        List<FieldView> fields,
        ScriptTexts texts) {

    /** A field's error in the summary. */
    public record FieldProblem(String id, String label, String message) {}

    /** What the script says; {@code {n}} stands for a number. */
    public record ScriptTexts(String tooShort, String tooLong) {}

    @Override
    public String toString() {
        return "FormView[" + fields.size() + " fields]";
    }
}
