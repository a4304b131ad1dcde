package dev.nexus.broker.capture;

import dev.nexus.broker.caller.Caller;
import dev.nexus.broker.provider.definition.PageHints;
import dev.nexus.broker.provider.definition.RequestPlans;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.contracts.PresentedState;
import dev.nexus.runtime.ApiException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** Describes a verified state for the hosted page: the content of the form, and the error if the state is refused. */
@ApplicationScoped
class DescribeState {

    /** RFC 6749, 4.1.2.1: the user has denied the request. */
    private static final String ACCESS_DENIED = "access_denied";

    /**
     * The language of the catalogue's texts. A tenant's own provider has a language only if its definition sets one.
     */
    private static final String CATALOGUE_LANGUAGE = "en";

    private final RedeemState redeem;
    private final RequestPlans plans;

    DescribeState(RedeemState redeem, RequestPlans plans) {
        this.redeem = redeem;
        this.plans = plans;
    }

    /**
     * Also describes a state that can no longer be redeemed. Fails with {@link ApiException} invalid_state if the token
     * is not a state of this caller.
     */
    public Uni<PresentedState> run(Caller caller, String state) {
        return redeem.inspect(caller, state).map(this::describe);
    }

    private PresentedState describe(PresentedConnection connection) {
        Optional<ErrorCode> refusal = connection.refusal().map(ApiException::code);
        PageHints hints = PageHints.parse(connection.details().page());
        return new PresentedState(
                connection.id(),
                connection.tenant(),
                connection.details().providerName(),
                connection.details().documentationUrl(),
                connection.details().displayName(),
                connection.schema(),
                hints.language().orElse(connection.details().global() ? CATALOGUE_LANGUAGE : null),
                new FieldPresentation(
                                hints,
                                connection,
                                plans.get(connection.version()).strategy())
                        .fields(),
                connection.details().expiresIn(),
                redirectOnLeave(connection, refusal),
                refusal.orElse(null));
    }

    /**
     * Returns the redirect for a user who leaves the page. If the state has been used, a credential was captured, and
     * the redirect reports success.
     */
    private static String redirectOnLeave(PresentedConnection connection, Optional<ErrorCode> refusal) {
        if (refusal.filter(ErrorCode.STATE_USED::equals).isPresent()) {
            return ReturnRedirect.success(connection.returnUrl(), connection.id());
        }
        String error = refusal.map(ErrorCode::wire).orElse(ACCESS_DENIED);
        return ReturnRedirect.error(connection.returnUrl(), error, connection.id());
    }
}
