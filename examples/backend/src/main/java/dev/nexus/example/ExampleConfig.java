package dev.nexus.example;

import dev.nexus.example.nexus.Secret;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** What the example is told. */
@ConfigMapping(prefix = "example")
public interface ExampleConfig {

    /** Where browsers reach this application; its origin must be among the API key's return origins. */
    URI publicUrl();

    /** The provider that the page offers first, by slug. */
    @WithDefault("github")
    String provider();

    Gateway gateway();

    /** What "Use it" asks a provider, by the provider's slug. */
    Map<String, ProviderRequest> requests();

    /** The Gateway's addresses. */
    interface Gateway {

        /** Where this backend reaches the Gateway: https, or http on a loopback host. */
        URI url();

        /** Where browsers reach it, which is what auth_url begins with. */
        URI browserOrigin();

        /** The API key, with the scopes connections:write, connections:read and tokens:read. */
        Secret apiKey();
    }

    /** A harmless GET request. */
    interface ProviderRequest {

        URI url();

        /** The member of the JSON answer that is shown, for example the login. */
        Optional<String> shows();
    }
}
