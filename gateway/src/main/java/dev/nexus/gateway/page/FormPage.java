package dev.nexus.gateway.page;

import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.PresentedState;
import dev.nexus.gateway.http.Origin;
import dev.nexus.gateway.page.Branding.Brand;
import dev.nexus.gateway.page.Field.Check;
import dev.nexus.gateway.page.Field.Choice;
import dev.nexus.gateway.page.Field.Group;
import dev.nexus.gateway.page.Field.Text;
import dev.nexus.gateway.page.PageCookies.FormProblem;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The data of the form's template: the fields, their kept values and their errors. */
final class FormPage {

    private static final int MAX_NAME = 100;
    private static final int MAX_HOST = 253;

    private final Locale locale;
    private final PageText text;
    private final Brand brand;
    private final PresentedState presented;
    private final CredentialForm form;
    private final Optional<FormProblem> problem;
    private final Optional<SubmittedForm> kept;
    private final Optional<Origin> back;
    private final String action;
    private final Map<String, String> errors = new HashMap<>();
    private final List<Field> wrongFields = new ArrayList<>();
    private boolean hasErrorWithoutField;

    /** @param action the path that receives the form */
    FormPage(
            Locale locale,
            Brand brand,
            PresentedState presented,
            CredentialForm form,
            Optional<FormProblem> problem,
            String action) {
        this.locale = locale;
        this.text = PageWriter.text(locale);
        this.brand = brand;
        this.presented = presented;
        this.form = form;
        this.problem = problem;
        this.kept = problem.flatMap(FormProblem::kept);
        this.back = Origin.ofUrl(presented.redirectUrl());
        this.action = action;
        for (Detail detail : problem.map(FormProblem::details).orElse(List.of())) {
            form.at(detail.pointer())
                    .filter(field -> !(field instanceof Group))
                    .ifPresentOrElse(field -> addError(field, detail.rule()), () -> hasErrorWithoutField = true);
        }
    }

    private void addError(Field field, String rule) {
        if (errors.putIfAbsent(field.place().id(), message(field, rule)) == null) {
            wrongFields.add(field);
        }
    }

    /** A BCP 47 tag. */
    public String language() {
        return locale.toLanguageTag();
    }

    public String title() {
        return text.heading(providerName());
    }

    public Brand brand() {
        return brand;
    }

    /** The application's name on the page. May be empty. */
    public String application() {
        return brand.application(back);
    }

    /** {@link #application}, isolated so that its text direction does not affect the sentence around it. */
    public String isolatedApplication() {
        return PlainText.isolated(application());
    }

    /** The provider's name, isolated so that its text direction does not affect the sentence around it. */
    public String isolatedProvider() {
        return PlainText.isolated(providerName());
    }

    private String providerName() {
        return PlainText.of(presented.providerName(), MAX_NAME);
    }

    /** The user's account in the application ({@code display_name}). Empty if the application did not name one. */
    public String account() {
        String name = presented.displayName();
        return name == null ? "" : PlainText.of(name, MAX_NAME);
    }

    /** The host of the return URL. Empty if the return URL is not an http or https URL. */
    public String returnHost() {
        return Brand.host(back);
    }

    /** The URL of the link Cancel. Empty for none. */
    public String leaveUrl() {
        return back.isPresent() ? presented.redirectUrl() : "";
    }

    public String action() {
        return action;
    }

    /** The provider's documentation. Empty if the provider has none, or if a field has its own link. */
    public String documentationUrl() {
        String url = presented.documentationUrl();
        boolean hasLinks =
                form.fields().stream().anyMatch(field -> !field.place().link().isEmpty());
        return url == null || hasLinks || !url.startsWith("https://") ? "" : url;
    }

    public long secondsLeft() {
        return presented.expiresIn();
    }

    /** The time left, rounded down to minutes, or in seconds at the end. page.js updates it in the same format. */
    public String timeLeft() {
        long seconds = secondsLeft();
        long minutes = seconds / 60;
        if (minutes == 0) {
            return seconds == 1 ? text.second("1") : text.seconds(String.valueOf(seconds));
        }
        return minutes == 1 ? text.minute("1") : text.minutes(String.valueOf(minutes));
    }

    /** The placeholder that page.js replaces with a number. */
    public String numberPlaceholder() {
        return "{n}";
    }

    public List<Field> fields() {
        return form.fields();
    }

    /** The language of the provider's texts. Empty if it is the page's language or unknown. */
    public String providerLanguage() {
        String language = presented.language();
        return language == null || language.equalsIgnoreCase(language()) ? "" : language;
    }

    /** The error of the whole form. Empty for none. */
    public String problem() {
        return problem.map(this::problemText).orElse("");
    }

    private String problemText(FormProblem one) {
        return switch (one.code()) {
            case CREDENTIALS_REJECTED -> text.rejected(isolatedProvider());
            case VERIFICATION_UNAVAILABLE -> text.notVerified(isolatedProvider());
            case UNAVAILABLE -> text.notStored();
            default -> hasErrorWithoutField || errors.isEmpty() ? text.refused(isolatedProvider()) : text.checkForm();
        };
    }

    /** All fields with an error. */
    public List<Field> wrongFields() {
        return List.copyOf(wrongFields);
    }

    /** Returns the error of {@code field}. Empty for none. */
    public String error(Field field) {
        return errors.getOrDefault(field.place().id(), "");
    }

    /** Returns true if the form shows the kept values of a previous submit. Its secrets must be entered again. */
    public boolean hasKeptValues() {
        return kept.isPresent();
    }

    /** Returns the text to show in {@code field}: the kept value, or the schema's default. */
    public String value(Text field) {
        return kept.map(form -> field.isSecret() ? "" : field.value(form)).orElse(field.initial());
    }

    public boolean isChecked(Check field) {
        return kept.map(field::isChecked).orElse(field.initial());
    }

    /** Returns the index of the option to show as chosen, or -1 for none. */
    public int chosen(Choice field) {
        return kept.map(field::chosen).orElse(field.initial());
    }

    /** Returns the text of the link of {@code field}. Call it only if the field has a link. */
    public String linkText(Field field) {
        String host = URI.create(field.place().link()).getHost();
        return text.findAt(PlainText.isolated(PlainText.of(host, MAX_HOST)));
    }

    private String message(Field field, String rule) {
        String limit = field instanceof Text textField ? textField.limit(rule) : "";
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
            case Text.SINGLE_LINE, "lineBreak" -> text.oneLine();
            case "host" -> wrongHost(field);
            default -> unsendable(rule);
        };
    }

    /**
     * Returns the message for a strategy's rule: the value follows its schema, but cannot be sent to the provider. Any
     * other rule, such as the schema's enum, gets the general message.
     */
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
            // No value can satisfy the provider's definition.
            case "jsonBody", "formBody", "pathPosition" -> text.misconfigured();
            default -> text.fieldRefused();
        };
    }

    private String wrongHost(Field field) {
        String suffix = field instanceof Text textField ? textField.suffix() : null;
        return suffix == null || suffix.isEmpty() ? text.host() : text.hostPart(suffix);
    }

    /**
     * Returns the message with the type that the field requires, such as a whole number. Returns {@code otherwise} for
     * text without such a type, and for a choice or a checkbox.
     */
    private String wrongType(Field field, String otherwise) {
        if (!(field instanceof Text textField)) {
            return otherwise;
        }
        return switch (textField.kind()) {
            case INTEGER -> text.wholeNumber();
            case NUMBER -> text.number();
            case EMAIL -> text.email();
            case URI -> text.uri();
            case TEXT, SECRET -> otherwise;
        };
    }
}
