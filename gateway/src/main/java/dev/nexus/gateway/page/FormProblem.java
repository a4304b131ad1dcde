package dev.nexus.gateway.page;

import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.ErrorCode;
import java.util.List;
import java.util.Optional;

/**
 * Why a form that was sent is shown again.
 *
 * @param code invalid_credentials, credentials_rejected, verification_unavailable or unavailable
 * @param details the rules that were violated; never a value
 * @param kept the values that are no secret; empty if the form is shown as it was at first
 */
record FormProblem(ErrorCode code, List<Detail> details, Optional<SubmittedForm> kept) {}
