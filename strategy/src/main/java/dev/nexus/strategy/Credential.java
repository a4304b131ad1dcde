package dev.nexus.strategy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/** The fields of a credential. {@code toString} omits them. */
public final class Credential {

    private final JsonNode fields;

    private Credential(JsonNode fields) {
        this.fields = fields;
    }

    /**
     * Wraps the captured object.
     *
     * @param fields must not be changed afterwards
     */
    public static Credential of(JsonNode fields) {
        return new Credential(fields);
    }

    /** The fields as a tree, for validation. Never log the tree, and never put it into a message. */
    public JsonNode reveal() {
        return fields;
    }

    /** A field's text. Throws {@link InapplicableCredentialException} if the field is missing or not a string. */
    String text(String field) {
        JsonNode value = fields.path(field);
        if (!value.isTextual()) {
            throw new InapplicableCredentialException(
                    field, value.isMissingNode() ? CredentialRule.REQUIRED : CredentialRule.TYPE);
        }
        return value.textValue();
    }

    /**
     * A field's text; empty if the credential does not have the field. Throws {@link InapplicableCredentialException}
     * if the field is not a string.
     */
    Optional<String> textIfPresent(String field) {
        return fields.has(field) ? Optional.of(text(field)) : Optional.empty();
    }

    /**
     * Like {@link #text}, for a header. Throws {@link InapplicableCredentialException} also if a header cannot contain
     * it.
     */
    String headerText(String field) {
        String value = text(field);
        HeaderText.brokenRule(value).ifPresent(rule -> {
            throw new InapplicableCredentialException(field, rule);
        });
        return value;
    }

    /** Returns the request with these headers. They replace headers of the same names. */
    OutgoingRequest putInto(OutgoingRequest request, List<CredentialHeader> headers) {
        OutgoingRequest sent = request;
        for (CredentialHeader header : headers) {
            sent = sent.withHeader(header.headerName(), header.valuePrefix() + headerText(header.credentialField()));
        }
        return sent;
    }

    /** Replaces the placeholders of a template with fields of this credential, see {@link #text}. */
    String fill(Template template) {
        StringBuilder filled = new StringBuilder();
        for (Template.Piece piece : template.pieces()) {
            filled.append(
                    piece instanceof Template.Piece.Placeholder placeholder
                            ? text(placeholder.name())
                            : ((Template.Piece.Literal) piece).text());
        }
        return filled.toString();
    }

    @Override
    public String toString() {
        return "Credential[***]";
    }
}
