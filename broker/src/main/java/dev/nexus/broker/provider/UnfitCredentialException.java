package dev.nexus.broker.provider;

import dev.nexus.broker.web.ApiException;
import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.ErrorCode;
import java.util.List;

/** A credential that follows its schema and yet names no address to use it at. Names the field, never its value. */
public final class UnfitCredentialException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String field;
    private final String rule;

    public UnfitCredentialException(String field, String rule) {
        super("the credential's field " + field + " " + rule);
        this.field = field;
        this.rule = rule;
    }

    /** What the caller is told: 422, with the field's place. */
    public ApiException answer() {
        return new ApiException(
                ErrorCode.INVALID_CREDENTIALS,
                "The credentials cannot be used with the provider",
                List.of(new Detail("/credentials/" + ViolationText.escape(field), "provider", rule)));
    }
}
