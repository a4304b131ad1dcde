package dev.nexus.broker.caller;

import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import java.util.List;

/** The quotas of {@link QuotaConfig}, with the name that an error response contains. */
public enum Quota {
    PROVIDERS("providers", "Delete a provider that you no longer need"),
    VERSIONS_PER_PROVIDER("versions_per_provider", "Register the definition as a new provider with another slug"),
    SCHEMA_BYTES("schema_bytes", "Register no further schemas: also those of old versions and deleted providers count"),
    PENDING_CONNECTIONS(
            "pending_connections", "Retry after users have submitted their credentials or states have expired");

    private final String wire;
    private final String remedy;

    Quota(String wire, String remedy) {
        this.wire = wire;
        this.remedy = remedy;
    }

    /** Returns the error of a request beyond the quota. {@code rule} of its detail is the name of the quota. */
    public ApiException exceeded(long limit) {
        return new ApiException(
                ErrorCode.QUOTA_EXCEEDED,
                "Your tenant has reached its quota " + wire + ". " + remedy
                        + ", or ask the operator to raise nexus.quota." + wire.replace('_', '-') + ".",
                List.of(new Detail("", wire, "must be at most " + limit)));
    }
}
