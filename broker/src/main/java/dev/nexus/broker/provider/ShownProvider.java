package dev.nexus.broker.provider;

/**
 * The response for one provider.
 *
 * @param json the JSON text of the body
 * @param etag the provider's quoted ETag
 */
public record ShownProvider(String json, String etag) {

    static ShownProvider of(RegisteredProvider provider) {
        return new ShownProvider(ProviderJson.one(provider), provider.etag());
    }
}
