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

/** What a verified state is about, for the page that asks a user for the credentials or says why it no longer does. */
@ApplicationScoped
class DescribeState {

    /** RFC 6749, 4.1.2.1: the user has denied the request. */
    private static final String ACCESS_DENIED = "access_denied";

    /** The language of the catalogue's texts; the language of a tenant's own provider is known only if it says so. */
    private static final String CATALOGUE_LANGUAGE = "en";

    private final RedeemState redeem;
    private final RequestPlans plans;

    DescribeState(RedeemState redeem, RequestPlans plans) {
        this.redeem = redeem;
        this.plans = plans;
    }

    public Uni<PresentedState> run(Caller caller, String state) {
        return redeem.inspect(caller, state).map(this::described);
    }

    private PresentedState described(PresentedConnection connection) {
        Optional<ErrorCode> refusal = connection.refusal().map(ApiException::code);
        PageHints hints = PageHints.parse(connection.described().page());
        return new PresentedState(
                connection.id(),
                connection.tenant(),
                connection.described().providerName(),
                connection.described().documentationUrl(),
                connection.described().displayName(),
                connection.schema(),
                hints.language().orElse(connection.described().global() ? CATALOGUE_LANGUAGE : null),
                new FieldPresentation(
                                hints,
                                connection,
                                plans.get(connection.version()).strategy())
                        .fields(),
                connection.described().expiresIn(),
                whenLeft(connection, refusal),
                refusal.orElse(null));
    }

    /** Where the user who leaves the page now is sent: a used state has a connection, so that is a success. */
    private static String whenLeft(PresentedConnection connection, Optional<ErrorCode> refusal) {
        if (refusal.filter(ErrorCode.STATE_USED::equals).isPresent()) {
            return ReturnRedirect.success(connection.returnUrl(), connection.id());
        }
        String error = refusal.map(ErrorCode::wire).orElse(ACCESS_DENIED);
        return ReturnRedirect.error(connection.returnUrl(), error, connection.id());
    }
}
