package dev.nexus.example;

import dev.nexus.example.nexus.Secret;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** The settings of the example. */
@ConfigMapping(prefix = "example")
public interface ExampleConfig {

    /**
     * The address of this application for browsers. In the Gateway's settings of the API key, {@code return_origins}
     * must contain the origin of this address.
     */
    URI publicUrl();

    /** The slug of the provider that the page offers first. */
    @WithDefault("github")
    String provider();

    Gateway gateway();

    /** The request that "Use it" sends to a provider. The key is the slug of the provider. */
    Map<String, ProviderRequest> requests();

    /** The Gateway's addresses and the API key. */
    interface Gateway {

        /** The address of the Gateway for this backend: https, or http on a loopback host. */
        URI url();

        /** The address of the Gateway for browsers. It is the origin of auth_url. */
        URI browserOrigin();

        /** The API key, with the scopes connections:write, connections:read and tokens:read. */
        Secret apiKey();
    }

    /** A GET request without side effects. */
    interface ProviderRequest {

        URI url();

        /** The member of the JSON response that the page shows, for example the login. */
        Optional<String> shows();
    }
}
