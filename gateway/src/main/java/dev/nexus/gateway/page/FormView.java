package dev.nexus.gateway.page;

import java.util.List;

/**
 * The form as a template shows it.
 *
 * @param account for whom the application connects; empty where it did not say
 * @param returnHost where the browser goes afterwards
 * @param documentationUrl empty if the provider has none, or a field has a link of its own
 * @param leaveUrl where Cancel leads
 * @param problem what is wrong as a whole; empty where nothing is
 * @param problems what is wrong with single fields
 * @param emptied whether it was sent before, and secrets are to be typed again
 * @param timeLeft in words
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
        String timeLeft,
        String problem,
        List<FieldProblem> problems,
        boolean emptied,
        List<FieldView> fields,
        ScriptTexts texts) {

    /** A field's error in the summary. */
    public record FieldProblem(String id, String lang, String label, String message) {}

    /** What the script says; {@code {n}} stands for a number. */
    public record ScriptTexts(
            String tooShort, String tooLong, String minute, String minutes, String second, String seconds) {

        static ScriptTexts of(PageText text) {
            return new ScriptTexts(
                    text.tooShort("{n}"),
                    text.tooLong("{n}"),
                    text.minute("{n}"),
                    text.minutes("{n}"),
                    text.second("{n}"),
                    text.seconds("{n}"));
        }
    }

    @Override
    public String toString() {
        return "FormView[" + fields.size() + " fields]";
    }
}
