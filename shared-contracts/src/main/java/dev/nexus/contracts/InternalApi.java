package dev.nexus.contracts;

import java.util.List;

/**
 * The Broker's internal API: one interface for each feature. The Gateway's REST client uses these interfaces. The
 * Broker's resources and endpoints serve the same routes, and a test compares the routes. The resources do not
 * implement the interfaces, because they respond with objects where the Gateway reads bytes.
 *
 * <p>Every request has a service token (ES256) and a request id, see {@link InternalHeaders}. The service token names
 * the tenant. Only if its scope is {@code state:present}, the verified state token names the tenant instead. The tenant
 * is never a parameter. Every response of 400 and above has an {@link ErrorBody}.
 *
 * <p>A response that the Gateway passes on to its caller has the type {@code byte[]}: JSON in UTF-8. The Gateway does
 * not parse it, except that the hosted page reads {@code redirect_url} of a capture. Schemas and credentials reach the
 * caller byte for byte.
 */
public final class InternalApi {

    /** The path prefix of every route. */
    public static final String ROOT = "/internal/v1";

    /** All interfaces of this API. A method name is unique across them. */
    public static final List<Class<?>> FEATURES = List.of(
            ConnectionApi.class, CaptureApi.class, TokenApi.class, ProviderApi.class, WebhookApi.class, AuditApi.class);

    private InternalApi() {}
}
