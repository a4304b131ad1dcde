package dev.nexus.gateway.page;

import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.gateway.page.Field.Check;
import dev.nexus.gateway.page.Field.Choice;
import dev.nexus.gateway.page.Field.Group;
import dev.nexus.gateway.page.Field.Kind;
import dev.nexus.gateway.page.Field.Text;
import dev.nexus.gateway.page.FieldView.InputView;
import dev.nexus.gateway.page.FieldView.OptionView;
import dev.nexus.gateway.page.FormView.FieldProblem;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Makes a form's fields ready to show, with what is wrong with each and with the values that were kept. */
final class FormComposer {

    private static final int MAX_HOST = 253;

    private final CredentialForm form;
    private final PageText text;
    private final String language;
    private final Optional<SubmittedForm> sent;
    private final Map<String, String> errors = new HashMap<>();
    private final List<FieldProblem> problems = new ArrayList<>();
    private boolean wholeRefused;

    /** {@code language} is that of the provider's texts; empty if it is the page's or not known. */
    FormComposer(CredentialForm form, PageText text, String language, Optional<FormProblem> problem) {
        this.form = form;
        this.text = text;
        this.language = language;
        this.sent = problem.flatMap(FormProblem::kept);
        for (Detail detail : problem.map(FormProblem::details).orElse(List.of())) {
            form.at(detail.pointer())
                    .filter(field -> !(field instanceof Group))
                    .ifPresentOrElse(field -> note(field, detail.rule()), () -> wholeRefused = true);
        }
    }

    private void note(Field field, String rule) {
        String message = message(field, rule);
        if (errors.putIfAbsent(field.place().id(), message) == null) {
            problems.add(
                    new FieldProblem(field.place().id(), language, field.place().label(), message));
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

    /** Whether a field has a link of its own to where its value is made. */
    boolean hasLinks() {
        return form.fields().stream().anyMatch(field -> !field.place().link().isEmpty());
    }

    List<FieldView> fields() {
        return form.fields().stream().map(this::view).toList();
    }

    private FieldView view(Field field) {
        if (field instanceof Text asked) {
            String kind = asked.kind().name().toLowerCase(Locale.ROOT);
            return view(asked, kind, input(asked), List.of(), false, List.of());
        }
        if (field instanceof Choice choice) {
            return view(choice, "choice", InputView.NONE, options(choice), false, List.of());
        }
        if (field instanceof Check check) {
            boolean checked = sent.map(form -> form.isChecked(check)).orElse(check.initial());
            return view(check, "check", InputView.NONE, List.of(), checked, List.of());
        }
        if (field instanceof Group group) {
            List<FieldView> members = group.fields().stream().map(this::view).toList();
            return view(group, "group", InputView.NONE, List.of(), false, members);
        }
        throw new IllegalStateException("a field is one of four");
    }

    private InputView input(Text asked) {
        String kept = sent.map(form -> asked.kind() == Kind.SECRET ? "" : form.value(asked))
                .orElse(asked.initial());
        String suffix = asked.suffix();
        return new InputView(
                kept,
                asked.multiline(),
                autocomplete(asked),
                suffix == null ? "" : suffix,
                suffix != null,
                limit(asked, "minLength"),
                limit(asked, "maxLength"),
                asked.pattern());
    }

    /**
     * A password manager offers no login of this site where a new password is asked for, and does not take what is typed
     * for one.
     */
    private static String autocomplete(Text asked) {
        if (asked.kind() == Kind.SECRET && !asked.multiline()) {
            return "new-password";
        }
        boolean isUserName = asked.kind() == Kind.EMAIL
                || asked.place().name().toLowerCase(Locale.ROOT).matches("user_?name");
        return isUserName ? "username" : "off";
    }

    private List<OptionView> options(Choice choice) {
        int chosen = sent.map(form -> form.chosen(choice)).orElse(choice.initial());
        List<OptionView> options = new ArrayList<>();
        for (int i = 0; i < choice.options().size(); i++) {
            options.add(new OptionView(i, choice.options().get(i).label(), i == chosen));
        }
        return options;
    }

    private FieldView view(
            Field field,
            String kind,
            InputView input,
            List<OptionView> options,
            boolean checked,
            List<FieldView> fields) {
        Field.Place place = field.place();
        String id = place.id();
        return new FieldView(
                id,
                kind,
                language,
                place.label(),
                place.help(),
                place.link(),
                place.link().isEmpty() ? "" : text.findAt(host(place.link())),
                place.required(),
                errors.getOrDefault(id, ""),
                (place.help().isEmpty() ? "" : id + "-help ")
                        + (input.suffix().isEmpty() ? "" : id + "-suffix ")
                        + id
                        + "-error",
                input,
                options,
                checked,
                fields);
    }

    private static String host(String link) {
        return PlainText.isolated(PlainText.of(URI.create(link).getHost(), MAX_HOST));
    }

    private static String limit(Text asked, String keyword) {
        return asked.isNumber() ? "" : asked.limits().getOrDefault(keyword, "");
    }

    private String message(Field field, String rule) {
        Map<String, String> limits = field instanceof Text asked ? asked.limits() : Map.of();
        String limit = limits.getOrDefault(rule, "");
        return switch (rule) {
            case "required", "notBlank", "notEmpty" ->
                field instanceof Choice ? text.choiceRequired() : text.required();
            case "minLength" -> text.tooShort(limit);
            case "maxLength" -> text.tooLong(limit);
            case "pattern" -> text.pattern();
            case "minimum" -> text.tooSmall(limit);
            case "maximum" -> text.tooLarge(limit);
            case "type" -> wrongType(field, text.misconfigured());
            case "format" -> wrongType(field, text.fieldRefused());
            case SubmittedForm.SINGLE_LINE, "lineBreak" -> text.oneLine();
            case "host" -> wrongHost(field);
            default -> unsendable(rule);
        };
    }

    /** The rules of strategies: a value that follows its schema and cannot be sent to the provider. */
    private String unsendable(String rule) {
        return switch (rule) {
            case "controlCharacter" -> text.controlCharacter();
            case "invisibleCharacter" -> text.invisibleCharacter();
            case "printableAscii" -> text.printableAscii();
            case "surroundingSpace" -> text.surroundingSpace();
            case "colon" -> text.colon();
            case "repeatedPrefix" -> text.repeatedPrefix();
            case "repeatedName" -> text.repeatedName();
            case "dotSegment" -> text.dotSegment();
            case "hex" -> text.hex();
            case "base64" -> text.base64();
            case "signatureScope" -> text.signatureScope();
            // The provider's definition asks for what no value can give.
            case "jsonBody", "pathPosition" -> text.misconfigured();
            default -> text.fieldRefused();
        };
    }

    private String wrongHost(Field field) {
        String suffix = field instanceof Text asked ? asked.suffix() : null;
        return suffix == null || suffix.isEmpty() ? text.host() : text.hostPart(suffix);
    }

    /** {@code otherwise} is for a field of which the form sends the type that its schema names. */
    private String wrongType(Field field, String otherwise) {
        if (!(field instanceof Text asked)) {
            return otherwise;
        }
        return switch (asked.kind()) {
            case INTEGER -> text.wholeNumber();
            case NUMBER -> text.number();
            case EMAIL -> text.email();
            case URI -> text.uri();
            case TEXT, SECRET -> otherwise;
        };
    }
}
