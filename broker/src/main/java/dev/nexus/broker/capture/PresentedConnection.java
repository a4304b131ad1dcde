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
 * The connection that a verified state names, with its provider's schema as the connection began with it. Prints its id
 * alone: a return URL may bear what proves the way back.
 *
 * @param status the current one
 * @param version the provider's version that the connection began with
 */
record PresentedConnection(
        String tenant,
        UUID id,
        String workspaceId,
        String label,
        StoredVersion version,
        String returnUrl,
        Described described,
        ConnectionStatus status) {

    /**
     * What a user is told of it.
     *
     * @param schema the credential schema's JSON text, as registered
     * @param page the JSON form of the provider's {@link dev.nexus.broker.provider.definition.PageHints}; null for none
     * @param global whether the provider is one of every tenant's
     * @param displayName the account that it is for; null where the caller did not say
     * @param expiresIn seconds until the state expires, 0 where it has
     */
    record Described(
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

    /** The provider's version, as its credentials are checked against it. */
    Versioned versioned() {
        return new Versioned(tenant, version.provider(), version.number(), schema(), version.strategy());
    }

    UUID provider() {
        return version.provider();
    }

    /** The credential schema's JSON text, as registered. */
    String schema() {
        return described.schema();
    }

    /** This connection where it can still be redeemed; else the error that its status stands for. */
    PresentedConnection redeemable() {
        refusal().ifPresent(refused -> {
            throw refused;
        });
        return this;
    }

    /** What its state is refused with; empty where it can still be redeemed. */
    Optional<ApiException> refusal() {
        return status == ConnectionStatus.PENDING ? Optional.empty() : Optional.of(refusal(status));
    }

    /** The error that a state of a connection in {@code status} is answered with. */
    static ApiException refusal(ConnectionStatus status) {
        return switch (status) {
            case ACTIVE, SUPERSEDED ->
                new ApiException(ErrorCode.STATE_USED, "The state has been used; begin a new connection");
            case REVOKED -> new ApiException(ErrorCode.CONNECTION_NOT_ACTIVE, "The connection is revoked");
            case EXPIRED, PENDING ->
                new ApiException(ErrorCode.STATE_EXPIRED, "The state has expired; begin a new connection");
        };
    }

    static ApiException unknown() {
        return new ApiException(ErrorCode.INVALID_STATE, "The state is not valid");
    }
}
