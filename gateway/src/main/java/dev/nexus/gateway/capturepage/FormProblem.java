package dev.nexus.gateway.capturepage;

import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.ErrorCode;
import java.util.List;

/**
 * Why a form that was sent is shown again.
 *
 * @param code invalid_credentials, credentials_rejected or unavailable
 * @param details the rules that were violated; never a value
 */
record FormProblem(ErrorCode code, List<Detail> details) {}
