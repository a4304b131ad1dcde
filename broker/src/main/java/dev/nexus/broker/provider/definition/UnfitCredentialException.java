package dev.nexus.broker.provider.definition;

import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import dev.nexus.strategy.InapplicableCredentialException;
import java.util.List;

/** A credential that follows its schema and cannot be used with its provider. Names the field, never its value. */
public final class UnfitCredentialException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String field;
    private final String rule;
    private final String requirement;

    /**
     * Names what is wrong.
     *
     * @param rule the rule's name, in the details of the answer
     * @param requirement what the rule asks for, as the end of a sentence about the field
     */
    public UnfitCredentialException(String field, String rule, String requirement) {
        super("the credential's field " + field + " " + requirement);
        this.field = field;
        this.rule = rule;
        this.requirement = requirement;
    }

    /** A credential that the provider's strategy cannot send. */
    public static UnfitCredentialException of(InapplicableCredentialException refused) {
        return new UnfitCredentialException(
                refused.field(), refused.rule().wire(), refused.rule().message());
    }

    /** What the caller is told: 422, with the field's place. */
    public ApiException answer() {
        return new ApiException(
                ErrorCode.INVALID_CREDENTIALS,
                "The credentials cannot be used with the provider: " + field + " " + requirement,
                List.of(new Detail("/credentials/" + ViolationText.escape(field), rule, requirement)));
    }
}
