package dev.nexus.gateway.capturepage;

import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.gateway.capturepage.Field.Check;
import dev.nexus.gateway.capturepage.Field.Choice;
import dev.nexus.gateway.capturepage.Field.Group;
import dev.nexus.gateway.capturepage.Field.Kind;
import dev.nexus.gateway.capturepage.Field.Text;
import dev.nexus.gateway.capturepage.FieldView.OptionView;
import dev.nexus.gateway.capturepage.FormView.FieldProblem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a form's fields ready to show, with what is wrong with each. Of what was sent before, choices and boxes come back
 * and nothing that was typed: any text may be the secret, pasted into the wrong field.
 */
final class FormComposer {

    private final CredentialForm form;
    private final PageText text;
    private final Optional<SubmittedForm> sent;
    private final Map<String, String> errors = new HashMap<>();
    private final List<FieldProblem> problems = new ArrayList<>();
    private boolean wholeRefused;

    FormComposer(CredentialForm form, PageText text, Optional<SubmittedForm> sent, List<Detail> details) {
        this.form = form;
        this.text = text;
        this.sent = sent;
        for (Detail detail : details) {
            form.at(detail.pointer())
                    .filter(field -> !(field instanceof Group))
                    .ifPresentOrElse(field -> note(field, detail.rule()), () -> wholeRefused = true);
        }
    }

    private void note(Field field, String rule) {
        String message = message(field, rule);
        if (errors.putIfAbsent(field.place().id(), message) == null) {
            problems.add(new FieldProblem(field.place().id(), field.place().label(), message));
        }
    }

    /** One for each field that something is wrong with. */
    List<FieldProblem> problems() {
        return List.copyOf(problems);
    }

    /** Whether something is wrong that is no single field's. */
    boolean isWholeRefused() {
        return wholeRefused;
    }

    List<FieldView> fields() {
        return form.fields().stream().map(this::view).toList();
    }

    private FieldView view(Field field) {
        if (field instanceof Text asked) {
            return view(asked);
        }
        if (field instanceof Choice choice) {
            return view(choice);
        }
        if (field instanceof Check check) {
            return view(
                    check,
                    "check",
                    "",
                    List.of(),
                    sent.map(form -> form.isChecked(check)).orElse(check.initial()),
                    List.of());
        }
        if (field instanceof Group group) {
            return view(
                    group,
                    "group",
                    "",
                    List.of(),
                    false,
                    group.fields().stream().map(this::view).toList());
        }
        throw new IllegalStateException("a field is one of four");
    }

    private FieldView view(Text asked) {
        return view(asked, asked.kind().name().toLowerCase(Locale.ROOT), asked.initial(), List.of(), false, List.of());
    }

    private FieldView view(Choice choice) {
        int chosen = sent.map(form -> form.chosen(choice)).orElse(choice.initial());
        List<OptionView> options = new ArrayList<>();
        for (int i = 0; i < choice.options().size(); i++) {
            options.add(new OptionView(i, choice.options().get(i).label(), i == chosen));
        }
        return view(choice, "choice", "", options, false, List.of());
    }

    private FieldView view(
            Field field, String kind, String value, List<OptionView> options, boolean checked, List<FieldView> fields) {
        Field.Place place = field.place();
        Optional<Text> asked = field instanceof Text one ? Optional.of(one) : Optional.empty();
        String id = place.id();
        String error = errors.getOrDefault(id, "");
        return new FieldView(
                id,
                kind,
                place.label(),
                place.help(),
                place.required(),
                error,
                (place.help().isEmpty() ? "" : id + "-help ") + id + "-error",
                !problems.isEmpty() && problems.get(0).id().equals(id),
                value,
                limit(asked, "minLength"),
                limit(asked, "maxLength"),
                asked.map(Text::pattern).orElse(""),
                options,
                checked,
                fields);
    }

    private static String limit(Optional<Text> asked, String keyword) {
        return asked.filter(one -> one.kind() == Kind.TEXT || one.kind() == Kind.SECRET)
                .map(one -> one.limits().getOrDefault(keyword, ""))
                .orElse("");
    }

    private String message(Field field, String rule) {
        Map<String, String> limits = field instanceof Text asked ? asked.limits() : Map.of();
        String limit = limits.getOrDefault(rule, "");
        return switch (rule) {
            case "required", "notBlank" -> field instanceof Choice ? text.choiceRequired() : text.required();
            case "minLength" -> text.tooShort(limit);
            case "maxLength" -> text.tooLong(limit);
            case "pattern" -> text.pattern();
            case "minimum" -> text.tooSmall(limit);
            case "maximum" -> text.tooLarge(limit);
            case "type" -> wrongType(field);
            default -> text.fieldRefused();
        };
    }

    private String wrongType(Field field) {
        if (field instanceof Text asked && asked.kind() == Kind.INTEGER) {
            return text.wholeNumber();
        }
        return field instanceof Text asked && asked.kind() == Kind.NUMBER ? text.number() : text.fieldRefused();
    }
}
