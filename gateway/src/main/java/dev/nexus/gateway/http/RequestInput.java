package dev.nexus.gateway.http;

import dev.nexus.contracts.ErrorBody;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads parameters for several resources. */
public final class RequestInput {

    private static final int MAX_STATE = 2_048;

    private RequestInput() {}

    /**
     * Returns the query parameter {@code state}. It must be given once, with 1–2,048 characters.
     *
     * @param given all values of the parameter; null if the query has none
     * @throws ApiException invalid_request
     */
    public static String state(@Nullable List<String> given) {
        if (given == null
                || given.size() != 1
                || given.get(0).isEmpty()
                || given.get(0).length() > MAX_STATE) {
            String rule = "`state`: the query parameter must be given once, with 1–2,048 characters.";
            throw new ApiException(ErrorCode.INVALID_REQUEST, rule, List.of(new ErrorBody.Detail("", "state", rule)));
        }
        return given.get(0);
    }
}
