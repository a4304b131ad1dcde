package dev.nexus.broker.provider;

/**
 * A provider in the API's form.
 *
 * @param json the JSON text of the response
 * @param etag the quoted ETag of its current edition
 */
public record ShownProvider(String json, String etag) {

    static ShownProvider of(RegisteredProvider provider) {
        return new ShownProvider(ProviderJson.one(provider), provider.etag());
    }
}
