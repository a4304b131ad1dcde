package dev.nexus.strategy;

/**
 * The rules that a credential must follow, so that its strategy can send it unchanged. {@link #JSON_BODY},
 * {@link #FORM_BODY} and {@link #PATH_POSITION} are rules for the request instead.
 */
public enum CredentialRule {
    REQUIRED("required", "is required, because the provider's strategy sends it"),
    TYPE("type", "must be a string"),
    NOT_EMPTY("notEmpty", "must not be empty"),
    LINE_BREAK("lineBreak", "must not contain a line break"),
    CONTROL_CHARACTER("controlCharacter", "must not contain a control character such as a tab or NUL"),
    INVISIBLE_CHARACTER(
            "invisibleCharacter",
            "must not contain an invisible character such as a zero-width or no-break space; copy the value again"),
    PRINTABLE_ASCII("printableAscii", "must be printable ASCII to be sent in a header"),
    SURROUNDING_SPACE("surroundingSpace", "must not begin or end with a space, because HTTP removes it"),
    COLON("colon", "must not contain a colon, which ends the user name (RFC 7617)"),
    REPEATED_PREFIX("repeatedPrefix", "must not include the scheme or prefix that is added when it is sent"),
    REPEATED_NAME("repeatedName", "must not begin with the name of the header or parameter that it is sent in"),
    DOT_SEGMENT("dotSegment", "must not be empty or a dot segment (RFC 3986)"),
    HEX("hex", "must be encoded in hex"),
    BASE64("base64", "must be encoded in base64"),
    SIGNATURE_SCOPE(
            "signatureScope", "must not contain a slash, comma or space, which separate the parts of an AWS signature"),
    JSON_BODY("jsonBody", "cannot be added, because the body of the request is not one JSON object"),
    FORM_BODY(
            "formBody",
            "cannot be added, because the Content-Type of the request is not application/x-www-form-urlencoded"),
    PATH_POSITION(
            "pathPosition",
            "cannot be added, because the path of the request has no segment with the number `position`");

    private final String wire;
    private final String message;

    CredentialRule(String wire, String message) {
        this.wire = wire;
        this.message = message;
    }

    /** The rule's name in the details of an error. Stable: clients branch on it. */
    public String wire() {
        return wire;
    }

    /** The requirement, as the end of a sentence about the field. */
    public String message() {
        return message;
    }
}
