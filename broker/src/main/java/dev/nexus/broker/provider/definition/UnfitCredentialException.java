package dev.nexus.broker.provider.definition;

import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import dev.nexus.strategy.InapplicableCredentialException;
import java.util.List;

/**
 * Reports a credential that matches its schema but cannot be used with its provider. Names the field, never its value.
 */
public final class UnfitCredentialException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String field;
    private final String rule;
    private final String requirement;

    /**
     * Reports a broken rule.
     *
     * @param rule the rule's name in the details of the response
     * @param requirement the rule's text after the field's name, such as "must be a string"
     */
    public UnfitCredentialException(String field, String rule, String requirement) {
        super("the credential's field " + field + " " + requirement);
        this.field = field;
        this.rule = rule;
        this.requirement = requirement;
    }

    /** Converts the exception for a credential that the provider's strategy cannot send. */
    public static UnfitCredentialException of(InapplicableCredentialException refused) {
        return new UnfitCredentialException(
                refused.field(), refused.rule().wire(), refused.rule().message());
    }

    /** Returns the API error: 422 with a pointer to the field. */
    public ApiException answer() {
        return new ApiException(
                ErrorCode.INVALID_CREDENTIALS,
                "The credentials cannot be used with the provider: " + field + " " + requirement,
                List.of(new Detail("/credentials/" + ViolationText.escape(field), rule, requirement)));
    }
}
