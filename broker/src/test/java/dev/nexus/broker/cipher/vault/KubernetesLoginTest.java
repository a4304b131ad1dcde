package dev.nexus.broker.cipher.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.nexus.broker.testing.RealVault;
import dev.nexus.broker.testing.TrustedGateway;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Logs in to a real Vault with a service account. The test simulates the Kubernetes API, to which Vault sends a
 * TokenReview. The simulation accepts each token that the test has signed.
 */
@ExtendWith(RealVault.class)
class KubernetesLoginTest {

    private static final Vertx VERTX = Vertx.vertx();
    private static final EllipticCurveJsonWebKey CLUSTER = TrustedGateway.newKey("cluster");
    private static HttpServer kubernetes;

    @TempDir
    private Path folder;

    @BeforeAll
    static void cluster() throws IOException {
        RealVault vault = RealVault.get();
        kubernetes = HttpServer.create(new InetSocketAddress(vault.listenAddress(), 0), 10);
        kubernetes.createContext("/apis/authentication.k8s.io/v1/tokenreviews", exchange -> {
            JsonObject review =
                    new JsonObject(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            byte[] answer = reviewed(review).toBuffer().getBytes();
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(201, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        kubernetes.start();
        vault.vault("auth", "enable", "kubernetes");
        vault.vault("secrets", "enable", "pki");
        vault.vault(
                "write",
                "auth/kubernetes/config",
                "kubernetes_host=http://" + vault.hostName() + ":"
                        + kubernetes.getAddress().getPort(),
                "token_reviewer_jwt=" + token("reviewer", "vault"),
                "kubernetes_ca_cert="
                        + RealVault.get()
                                .vault(
                                        "write",
                                        "-field=certificate",
                                        "pki/root/generate/internal",
                                        "common_name=cluster"));
        vault.run(List.of("../deploy/vault/setup", "--kubernetes"));
    }

    @AfterAll
    static void end() {
        kubernetes.stop(0);
        RealVault.get().vault("auth", "disable", "kubernetes");
        RealVault.get().vault("secrets", "disable", "pki");
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    private static JsonObject reviewed(JsonObject review) {
        String token = review.getJsonObject("spec").getString("token");
        JsonObject status = new JsonObject().put("authenticated", false);
        try {
            JsonWebSignature jws = new JsonWebSignature();
            jws.setCompactSerialization(token);
            jws.setKey(CLUSTER.getECPublicKey());
            if (jws.verifySignature()) {
                String subject = new JsonObject(jws.getPayload()).getString("sub");
                status = new JsonObject()
                        .put("authenticated", true)
                        .put("audiences", List.of("vault"))
                        .put("user", Map.of("username", subject, "uid", "uid-" + subject));
            }
        } catch (JoseException unreadable) {
            status.put("error", "unreadable");
        }
        return new JsonObject()
                .put("apiVersion", "authentication.k8s.io/v1")
                .put("kind", "TokenReview")
                .put("status", status);
    }

    private static String token(String account, String namespace) {
        String subject = "system:serviceaccount:" + namespace + ":" + account;
        JwtClaims claims = new JwtClaims();
        claims.setIssuer("kubernetes/serviceaccount");
        claims.setSubject(subject);
        claims.setStringListClaim("aud", List.of("vault"));
        claims.setIssuedAtToNow();
        claims.setNotBeforeMinutesInThePast(1);
        claims.setExpirationTimeMinutesInTheFuture(10);
        claims.setClaim(
                "kubernetes.io",
                Map.of("namespace", namespace, "serviceaccount", Map.of("name", account, "uid", "uid-" + subject)));
        JsonWebSignature jws = new JsonWebSignature();
        jws.setAlgorithmHeaderValue(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
        jws.setKey(CLUSTER.getPrivateKey());
        jws.setPayload(claims.toJson());
        try {
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }

    private OpenVault open(String token) throws IOException {
        Path file = Files.writeString(folder.resolve("token"), token);
        return OpenVault.of(
                VERTX,
                Map.of(
                        "quarkus.vault.url",
                        RealVault.get().address().toString(),
                        "quarkus.vault.authentication.kubernetes.role",
                        "nexus-broker",
                        "quarkus.vault.authentication.kubernetes.jwt-token-path",
                        file.toString(),
                        // The file of the default exists only in a Pod.
                        "quarkus.vault.tls.use-kubernetes-ca-cert",
                        "false"));
    }

    @Test
    void the_service_account_of_the_broker_logs_in_with_exactly_the_policy() throws Exception {
        try (OpenVault vault = open(token("nexus-broker", "nexus"))) {
            assertThatCode(vault::check).doesNotThrowAnyException();
        }
    }

    @Test
    void another_account_or_namespace_cannot_log_in() throws Exception {
        for (String foreignToken : List.of(token("another", "nexus"), token("nexus-broker", "another"), "nonsense")) {
            try (OpenVault vault = open(foreignToken)) {
                assertThatThrownBy(vault::check).isInstanceOf(VaultUnavailableException.class);
            }
        }
    }

    @Test
    void a_token_that_kubernetes_has_rotated_is_read_at_the_next_login() throws Exception {
        try (OpenVault vault = open("expired")) {
            VaultTransit transit = vault.transit();
            assertThatThrownBy(() -> transit.key("nexus").await().atMost(Duration.ofSeconds(10)))
                    .isInstanceOf(VaultUnavailableException.class);

            Files.writeString(folder.resolve("token"), token("nexus-broker", "nexus"));

            // A login with the previous token may still be running. All callers share it.
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .ignoreExceptionsInstanceOf(VaultUnavailableException.class)
                    .until(() -> transit.key("nexus")
                            .await()
                            .atMost(Duration.ofSeconds(10))
                            .isPresent());
        }
    }
}
