package dev.nexus.broker.cipher.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.broker.testing.RealVault;
import dev.nexus.testsupport.Promise;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys, policies and settings with which the Broker refuses to start, tested on a real Vault. */
@ExtendWith(RealVault.class)
class TransitGuardsTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final Path POLICIES = Path.of("../deploy/vault");

    @TempDir
    private Path folder;

    @AfterAll
    static void close() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    private static void check(RealVault.Login login, Map<String, String> further) {
        try (OpenVault vault = OpenVault.of(VERTX, login, further)) {
            vault.check();
        }
    }

    private String policy(String name, String hcl) throws IOException {
        Path file = Files.writeString(folder.resolve(name + ".hcl"), hcl);
        RealVault.get().vault("policy", "write", name, file.toString());
        return name;
    }

    /** A login with the Broker's policy for {@code key}, extended by the policy {@code further}. */
    private RealVault.Login login(String name, String key, String further) throws IOException {
        String own = Files.readString(POLICIES.resolve("nexus-broker.hcl")).replace("/nexus\"", "/" + key + "\"");
        return RealVault.get().role(name, "token_policies=" + policy(name, own + further));
    }

    @Test
    @Promise(30)
    void the_policy_in_deploy_grants_exactly_what_the_broker_needs() {
        assertThatCode(() -> check(RealVault.get().broker(), Map.of())).doesNotThrowAnyException();
    }

    @Test
    void the_policy_for_a_key_per_tenant_grants_exactly_what_the_broker_needs() throws IOException {
        RealVault.Login login = RealVault.get()
                .role(
                        "per-tenant",
                        "token_policies="
                                + policy(
                                        "per-tenant",
                                        Files.readString(POLICIES.resolve("nexus-broker-key-per-tenant.hcl"))));

        assertThatCode(() -> check(login, Map.of(OpenVault.KEY_PER_TENANT, "true")))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> check(RealVault.get().broker(), Map.of(OpenVault.KEY_PER_TENANT, "true")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("lacks rights")
                .hasMessageContaining("deploy/vault/nexus-broker-key-per-tenant.hcl");
    }

    @ParameterizedTest
    @CsvSource({
        "not-derived, derived=false, not derived",
        "is-exportable, exportable=true derived=true, exportable",
        "has-backup, allow_plaintext_backup=true derived=true, plaintext backup"
    })
    @Promise(29)
    void an_unsafe_key_is_refused(String key, String options, String reason) throws IOException {
        String[] all = ("write -f transit/keys/" + key + " " + options).split(" ", -1);
        RealVault.get().vault(all);
        RealVault.Login login = login("login-" + key, key, "");

        assertThatThrownBy(() -> check(login, Map.of("nexus.cipher.transit.key", key)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nexus.cipher.transit.key")
                .hasMessageContaining(reason);
    }

    @Test
    void a_missing_key_is_refused() throws IOException {
        RealVault.Login login = login("login-absent", "absent", "");

        assertThatThrownBy(() -> check(login, Map.of("nexus.cipher.transit.key", "absent")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("nexus.cipher.transit.key")
                .hasMessageContaining("deploy/vault/setup");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "transit/export/encryption-key/nexus:read",
                "transit/backup/nexus:read",
                "transit/restore/nexus:update",
                "transit/keys/nexus:update",
                "transit/keys/nexus:delete",
                "transit/keys/nexus/config:update",
                "transit/keys/nexus/rotate:update",
                "transit/keys/nexus/trim:update",
                "transit/*:sudo",
                "transit/encrypt/nexus:create",
                "sys/policies/acl/*:update",
                "sys/mounts/transit:update",
                "auth/token/create:update",
                "*:read"
            })
    @Promise(30)
    void a_token_with_excess_rights_is_refused(String right) throws IOException {
        String path = right.substring(0, right.lastIndexOf(':'));
        String capability = right.substring(right.lastIndexOf(':') + 1);
        RealVault.Login login = login(
                "more-" + Integer.toHexString(right.hashCode()),
                "nexus",
                "\npath \"" + path + "\" { capabilities = [\"" + capability + "\"] }\n");

        assertThatThrownBy(() -> check(login, Map.of()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("has too many rights")
                .hasMessageContaining(OpenVault.ROLE_ID)
                .hasMessageContaining("deploy/vault/nexus-broker.hcl");
    }

    @ParameterizedTest
    @ValueSource(strings = {"quarkus.vault.url", OpenVault.ROLE_ID, OpenVault.SECRET_ID_FILE})
    void a_missing_setting_is_named(String setting) {
        Map<String, String> without = Map.of(setting, "");

        assertThatThrownBy(() -> check(RealVault.get().broker(), without))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(setting);
    }

    @Test
    void two_configured_logins_are_refused() {
        Map<String, String> second = Map.of("quarkus.vault.authentication.kubernetes.role", "nexus-broker");

        assertThatThrownBy(() -> check(RealVault.get().broker(), second))
                .hasMessageContaining("quarkus.vault.authentication.kubernetes.role");
    }

    @Test
    @Promise(30)
    void the_policy_of_the_broker_forbids_each_listed_call() {
        String token = RealVault.get()
                .vault(
                        "write",
                        "-field=token",
                        "auth/approle/login",
                        "role_id=" + RealVault.get().broker().roleId(),
                        "secret_id=@" + RealVault.get().broker().secretIdFile())
                .strip();
        int forbidden = 0;
        for (String call : new String[] {
            "GET transit/export/encryption-key/nexus",
            "GET transit/backup/nexus",
            "POST transit/restore/nexus",
            "POST transit/keys/nexus",
            "DELETE transit/keys/nexus",
            "POST transit/keys/nexus/config",
            "POST transit/keys/nexus/rotate",
            "POST transit/keys/nexus/trim",
            "POST transit/keys/another",
            "POST transit/rewrap/nexus",
            "POST transit/datakey/plaintext/nexus",
            "POST transit/hmac/nexus",
            "POST transit/encrypt/another",
            "POST transit/decrypt/another",
            "LIST transit/keys",
            "GET sys/policies/acl/nexus-broker",
            "PUT sys/policies/acl/nexus-broker",
            "GET sys/mounts",
            "POST sys/mounts/transit/tune",
            "GET auth/approle/role/nexus-broker",
            "POST auth/approle/role/nexus-broker/secret-id",
            "POST auth/token/create",
            "GET auth/token/lookup-self",
            "PUT sys/seal",
            "GET secret/data/anything"
        }) {
            String[] parts = call.split(" ", 2);
            assertThat(RealVault.get().send(token, parts[0], parts[1], "{}").statusCode())
                    .as(call)
                    .isEqualTo(403);
            forbidden++;
        }
        System.out.printf("Vault least privilege: %d calls outside the policy, all refused with 403%n", forbidden);
    }
}
