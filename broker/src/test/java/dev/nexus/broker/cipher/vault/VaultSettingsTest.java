package dev.nexus.broker.cipher.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VaultSettingsTest {

    private static final String LOGIN = "quarkus.vault.authentication.";

    private static VaultSettings at(String url) {
        return OpenVault.settings(Map.of("quarkus.vault.url", url));
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://vault.example.com:8200", "http://10.0.0.7:8200"})
    void production_refuses_plain_http_to_another_machine(String url) {
        assertThatThrownBy(() -> at(url).validate(true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("quarkus.vault.url must be an https URL in production");
        assertThatCode(() -> at(url).validate(false)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://vault.example.com:8200",
                "http://127.0.0.1:8200",
                "http://localhost:8200",
                "http://[::1]:8200"
            })
    void production_accepts_https_and_a_vault_on_the_same_machine(String url) {
        assertThatCode(() -> at(url).validate(true)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void skipping_certificate_verification_is_refused_in_each_profile(boolean production) {
        VaultSettings settings = OpenVault.settings(
                Map.of("quarkus.vault.url", "https://vault.example.com", "quarkus.vault.tls.skip-verify", "true"));

        assertThatThrownBy(() -> settings.validate(production))
                .hasMessageStartingWith("quarkus.vault.tls.skip-verify must not be true")
                .hasMessageContaining("quarkus.vault.tls.ca-cert");
    }

    @Test
    void another_scheme_is_refused() {
        assertThatThrownBy(() -> at("ftp://vault.example.com").url())
                .hasMessageStartingWith("quarkus.vault.url must be Vault's https URL");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_missing_url_is_refused_in_each_profile(boolean production) {
        VaultSettings settings = OpenVault.settings(Map.of());

        assertThatThrownBy(() -> settings.validate(production)).hasMessageStartingWith("quarkus.vault.url must be");
    }

    @ParameterizedTest
    @CsvSource({
        "connect-timeout, PT0S, quarkus.vault.connect-timeout must be between PT0.001S and PT1M",
        "connect-timeout, PT-1S, quarkus.vault.connect-timeout must be between PT0.001S and PT1M",
        "read-timeout, PT0S, quarkus.vault.read-timeout must be between PT0.001S and PT1M",
        "read-timeout, PT61S, quarkus.vault.read-timeout must be between PT0.001S and PT1M",
        "proxy-port, 0, quarkus.vault.proxy-port must be between 1 and 65535",
        "proxy-port, 65536, quarkus.vault.proxy-port must be between 1 and 65535",
        "tls.ca-cert, /nowhere/ca.pem, quarkus.vault.tls.ca-cert must name a readable file of PEM certificates",
        "tls.ca-cert, pom.xml, quarkus.vault.tls.ca-cert must name a readable file of PEM certificates",
        "tls.ca-cert, /dev/null, quarkus.vault.tls.ca-cert must name a readable file of PEM certificates"
    })
    void a_value_out_of_range_is_refused_with_the_setting_and_the_rule(String setting, String value, String message) {
        VaultSettings settings = OpenVault.settings(
                Map.of("quarkus.vault.url", "https://vault.example.com", "quarkus.vault." + setting, value));

        assertThatThrownBy(() -> settings.validate(true))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        "client-token, t, remove the other settings below quarkus.vault.authentication",
        "client-token-wrapping-token, t, remove the other settings below quarkus.vault.authentication",
        "userpass.username, u, remove the other settings below quarkus.vault.authentication",
        "app-role.secret-id-wrapping-token, t, quarkus.vault.authentication.app-role.secret-id-wrapping-token can be used once",
        "app-role.secret-id, s, set either nexus.cipher.transit.app-role.secret-id-file",
        "kubernetes.role, r, set either quarkus.vault.authentication.kubernetes.role"
    })
    void a_login_that_is_not_repeatable_or_not_unique_is_refused(String setting, String value, String message) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "quarkus.vault.url",
                "https://vault.example.com",
                OpenVault.ROLE_ID,
                "role",
                OpenVault.SECRET_ID_FILE,
                "/nowhere/secret-id"));
        settings.put(LOGIN + setting, value);

        assertThatThrownBy(() -> OpenVault.settings(settings).login())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(message);
    }

    @Test
    void proxy_and_timeout_settings_of_the_extension_are_used() {
        VaultSettings settings = OpenVault.settings(Map.of(
                "quarkus.vault.url", "https://vault.example.com",
                "quarkus.vault.connect-timeout", "PT0.7S",
                "quarkus.vault.proxy-host", "proxy.example.com",
                "quarkus.vault.proxy-port", "3129",
                "quarkus.vault.non-proxy-hosts", "vault.example.com"));

        assertThat(settings.connections().getConnectTimeout()).isEqualTo(700);
        assertThat(settings.connections().getProxyOptions().getHost()).isEqualTo("proxy.example.com");
        assertThat(settings.connections().getProxyOptions().getPort()).isEqualTo(3_129);
        assertThat(settings.connections().getNonProxyHosts()).containsExactly("vault.example.com");
    }
}
