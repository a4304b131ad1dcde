package dev.nexus.broker.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.broker.testing.BrokerTestResource;
import dev.nexus.testsupport.Promise;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Verifications through a proxy. The proxy gets only addresses that the Broker has checked. */
@QuarkusTest
@QuarkusTestResource(BrokerTestResource.class)
@TestProfile(VerificationProxyTest.Profile.class)
@Promise(27)
class VerificationProxyTest extends VerificationTestSupport {

    @ConfigProperty(name = "nexus.outbound.proxy")
    String proxy;

    /** Adds the proxy. */
    public static final class Profile extends VerificationProvider.Profile {

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(ConnectProxy.class));
        }
    }

    private List<String> targets() throws IOException {
        try (InputStream in = URI.create("http://" + proxy + "/targets").toURL().openStream()) {
            String list = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            return list.isEmpty() ? List.of() : List.of(list.split(",", -1));
        }
    }

    @Test
    void the_proxy_connects_to_the_checked_address_and_tls_ends_at_the_provider() throws IOException {
        provider.names().moveTo("provider.test", "127.0.0.3", "127.0.0.1");
        List<String> before = targets();
        provider.register("provider.test", "{\"path\": \"/200\"}");

        assertThat(provider.verification(provider.connect())).isEqualTo("verified ");
        int port = VerificationProvider.server().port();
        assertThat(targets().subList(before.size(), targets().size()))
                .containsExactly("127.0.0.3:" + port, "127.0.0.1:" + port);
        assertThat(provider.lastRequest()).contains("host: provider.test:" + port);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "169.254.169.254", "::1", "127.0.0.1 127.0.0.2"})
    void the_proxy_gets_no_address_that_must_not_be_called(String addresses) throws IOException {
        provider.names().moveTo("provider.test", addresses.split(" "));
        List<String> before = targets();
        provider.register("provider.test", "{\"path\": \"/200\"}");

        assertThat(provider.verification(provider.connect())).isEqualTo("unverified address_refused");
        assertThat(targets()).isEqualTo(before);
    }
}
