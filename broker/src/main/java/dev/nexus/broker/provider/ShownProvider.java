package dev.nexus.broker.provider;

/**
 * A provider as the API shows it.
 *
 * @param json its public JSON form
 * @param etag the entity tag of its edition, quoted
 */
public record ShownProvider(String json, String etag) {

    static ShownProvider of(RegisteredProvider provider) {
        return new ShownProvider(ProviderJson.one(provider), provider.etag());
    }
}
