package dev.nexus.broker.capture;

import dev.nexus.broker.connection.ConnectionStatus;
import dev.nexus.broker.provider.definition.CredentialSchemas.Versioned;
import dev.nexus.broker.provider.definition.StoredVersion;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.runtime.ApiException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a verified state. {@code toString} prints only the id, because the return URL may contain a secret.
 *
 * @param version the version that the provider had when the connection was requested
 * @param status the current status
 */
record PresentedConnection(
        String tenant,
        UUID id,
        String workspaceId,
        String label,
        StoredVersion version,
        String returnUrl,
        Details details,
        ConnectionStatus status) {

    /**
     * The details for the hosted page. The schema is also for the checks of a capture.
     *
     * @param schema the credential schema's JSON text, as registered
     * @param page the JSON form of the provider's {@link dev.nexus.broker.provider.definition.PageHints}; null for none
     * @param global whether the provider belongs to all tenants, which determines the default language of its texts
     * @param displayName the user's account in the caller's application; null if the caller gave none
     * @param expiresIn seconds until the state expires; 0 if it has expired
     */
    record Details(
            String providerName,
            String schema,
            @Nullable String documentationUrl,
            @Nullable String page,
            boolean global,
            @Nullable String displayName,
            long expiresIn) {}

    @Override
    public String toString() {
        return "PresentedConnection[" + id + "]";
    }

    /** The provider's version, for the checks of the credential. */
    Versioned versioned() {
        return new Versioned(tenant, version.provider(), version.number(), schema(), version.strategy());
    }

    UUID provider() {
        return version.provider();
    }

    /** The credential schema's JSON text, as registered. */
    String schema() {
        return details.schema();
    }

    /** Returns this connection if its state can still be redeemed; otherwise throws the error for its status. */
    PresentedConnection requireRedeemable() {
        refusal().ifPresent(refused -> {
            throw refused;
        });
        return this;
    }

    /** The error that refuses the state; empty if it can still be redeemed. */
    Optional<ApiException> refusal() {
        return status == ConnectionStatus.PENDING ? Optional.empty() : Optional.of(refusal(status));
    }

    /** The error for a state whose connection has {@code status}. */
    static ApiException refusal(ConnectionStatus status) {
        return switch (status) {
            case ACTIVE, SUPERSEDED ->
                new ApiException(ErrorCode.STATE_USED, "The state has already been used. Begin a new connection");
            case REVOKED ->
                new ApiException(ErrorCode.CONNECTION_NOT_ACTIVE, "The connection is revoked. Begin a new connection");
            // No caller passes PENDING. It is here only because the switch must have all statuses.
            case EXPIRED, PENDING ->
                new ApiException(ErrorCode.STATE_EXPIRED, "The state has expired. Begin a new connection");
        };
    }

    static ApiException unknown() {
        return new ApiException(ErrorCode.INVALID_STATE, "The state is not valid");
    }
}
