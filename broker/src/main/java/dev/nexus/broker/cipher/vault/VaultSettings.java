package dev.nexus.broker.cipher.vault;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nexus.runtime.InvalidFileException;
import dev.nexus.runtime.ReloadedFiles;
import dev.nexus.runtime.WatchedFile;
import inet.ipaddr.HostName;
import io.quarkus.vault.client.auth.VaultAppRoleAuthOptions;
import io.quarkus.vault.client.auth.VaultAppRoleTokenProvider;
import io.quarkus.vault.client.auth.VaultKubernetesAuthOptions;
import io.quarkus.vault.client.auth.VaultKubernetesTokenProvider;
import io.quarkus.vault.client.auth.VaultTokenProvider;
import io.quarkus.vault.runtime.config.VaultAppRoleAuthenticationConfig;
import io.quarkus.vault.runtime.config.VaultAuthenticationConfig;
import io.quarkus.vault.runtime.config.VaultKubernetesAuthenticationConfig;
import io.quarkus.vault.runtime.config.VaultRuntimeConfig;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.ProxyOptions;
import io.vertx.ext.web.client.WebClientOptions;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.Logger;

/**
 * The settings of {@code quarkus.vault}, in the types of the client. A method that reads an invalid setting throws an
 * IllegalStateException that names the setting and the fix.
 */
@Singleton
class VaultSettings {

    private static final Logger LOG = Logger.getLogger(VaultSettings.class);
    private static final String PREFIX = "quarkus.vault.";
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofMinutes(1);
    private static final int MAX_PORT = 65_535;
    private static final String CA_CERT = PREFIX + "tls.ca-cert";

    /**
     * The rule for the file of CA certificates. If the file is {@link VaultRuntimeConfig#KUBERNETES_CACERT}, setting
     * {@code tls.ca-cert} also helps, because it has priority.
     */
    private static final String CERTIFICATES = "must name a readable file of PEM certificates";

    private static final String LOGIN = PREFIX + "authentication.";
    private static final String KUBERNETES_ROLE = LOGIN + "kubernetes.role";
    private static final String ROLE_ID = LOGIN + "app-role.role-id";
    private static final String SECRET_ID = LOGIN + "app-role.secret-id";
    private static final String SECRET_ID_FILE = "nexus.cipher.transit.app-role.secret-id-file";

    private final VaultRuntimeConfig vault;
    private final Optional<Path> secretIdFile;

    /**
     * @param vault the injected config mapping. The extension's VaultConfigHolder is not used: it is filled before the
     *     files of {@code smallrye.config.locations} are read, so it lacks their settings
     */
    VaultSettings(VaultRuntimeConfig vault, TransitConfig transit) {
        this.vault = vault;
        this.secretIdFile = transit.secretIdFile();
    }

    URL url() {
        return vault.url()
                .filter(url -> url.getProtocol().matches("https?"))
                .orElseThrow(() -> new IllegalStateException(
                        "quarkus.vault.url must be Vault's https URL, such as https://vault.example.com:8200"));
    }

    /**
     * Refuses a URL that is missing or is not HTTP, an unusable file of CA certificates, and a time-out or proxy port
     * out of range. Also refuses connections that an attacker on the network could read or take over.
     */
    void validate(boolean production) {
        requireTimeout("connect-timeout", vault.connectTimeout());
        requireTimeout("read-timeout", vault.readTimeout());
        requirePort(vault.proxyPort());
        caFile().ifPresent(VaultSettings::requireCertificates);
        URL url = url();
        if (production && !url.getProtocol().equals("https") && !new HostName(url.getHost()).isSelf()) {
            throw new IllegalStateException(
                    "quarkus.vault.url must be an https URL in production: plain HTTP is only for"
                            + " a Vault on this machine");
        }
        if (vault.tls().skipVerify().orElse(false)) {
            throw new IllegalStateException(
                    "quarkus.vault.tls.skip-verify must not be true: an attacker on the network could"
                            + " impersonate Vault. Set " + CA_CERT + " to the authority of Vault's certificate");
        }
    }

    private static void requireTimeout(String setting, Duration timeout) {
        if (timeout.compareTo(SHORTEST) < 0 || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalStateException(PREFIX + setting + " must be between " + SHORTEST + " and " + LONGEST);
        }
    }

    private static void requirePort(int port) {
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalStateException(PREFIX + "proxy-port must be between 1 and " + MAX_PORT);
        }
    }

    Optional<String> namespace() {
        return vault.enterprise().namespace();
    }

    String mount() {
        return vault.transitSecretEngineMountPath();
    }

    /** The time limit of one call. */
    Duration timeout() {
        return vault.readTimeout();
    }

    /** Returns the time-out and proxy options of the connections. {@link #trusted} has the certificates. */
    WebClientOptions connections() {
        WebClientOptions options = new WebClientOptions()
                .setConnectTimeout(Math.toIntExact(vault.connectTimeout().toMillis()));
        vault.proxyHost()
                .ifPresent(host ->
                        options.setProxyOptions(new ProxyOptions().setHost(host).setPort(vault.proxyPort())));
        vault.nonProxyHosts().ifPresent(options::setNonProxyHosts);
        return options;
    }

    /** Returns the file of the trusted PEM certificates. Empty for Java's default certificates. */
    private Optional<Path> caFile() {
        boolean kubernetes = vault.tls().useKubernetesCaCert()
                && vault.authentication().kubernetes().role().isPresent();
        return vault.tls()
                .caCert()
                .or(() -> kubernetes ? Optional.of(VaultRuntimeConfig.KUBERNETES_CACERT) : Optional.empty())
                .map(Path::of);
    }

    /**
     * Returns the trusted PEM certificates, which are read again while the Broker runs. Empty for Java's default
     * certificates.
     */
    Optional<WatchedFile<Buffer>> trusted(ReloadedFiles files) {
        return caFile().map(file -> new WatchedFile<>(CA_CERT, CERTIFICATES, file, VaultSettings::certificates, files));
    }

    private static void requireCertificates(Path file) {
        try {
            certificates(Files.readString(file));
        } catch (IOException | InvalidFileException failure) {
            throw new IllegalStateException(CA_CERT + " " + CERTIFICATES, failure);
        }
    }

    private static Buffer certificates(String pem) throws InvalidFileException {
        try {
            if (!CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(pem.getBytes(UTF_8)))
                    .isEmpty()) {
                return Buffer.buffer(pem);
            }
        } catch (CertificateException malformed) {
            throw new InvalidFileException("it is not a file of PEM certificates");
        }
        throw new InvalidFileException("it has no certificate");
    }

    /** The setting that decides which login is used: by Kubernetes or by AppRole. */
    String loginSetting() {
        return vault.authentication().kubernetes().role().isPresent() ? KUBERNETES_ROLE : ROLE_ID;
    }

    /** Returns the login with Kubernetes or AppRole. Each call of its {@code apply} logs in again. */
    VaultTokenProvider login() {
        VaultAuthenticationConfig login = vault.authentication();
        if (login.isDirectClientToken() || login.userpass().username().isPresent()) {
            throw new IllegalStateException("the Broker logs in to Vault with " + KUBERNETES_ROLE + " or " + ROLE_ID
                    + ": remove the other settings below quarkus.vault.authentication");
        }
        Optional<String> role = login.kubernetes().role();
        Optional<String> roleId = login.appRole().roleId();
        if (role.isPresent() == roleId.isPresent()) {
            throw new IllegalStateException(
                    "set either " + KUBERNETES_ROLE + " or " + ROLE_ID + ", so that the Broker can log in to Vault");
        }
        return role.map(name -> kubernetes(login.kubernetes(), name))
                .orElseGet(() -> appRole(login.appRole(), roleId.orElseThrow()));
    }

    private static VaultTokenProvider kubernetes(VaultKubernetesAuthenticationConfig config, String role) {
        Path token = Path.of(config.jwtTokenPath());
        return new VaultKubernetesTokenProvider(VaultKubernetesAuthOptions.builder()
                .mountPath(config.authMountPath())
                .role(role)
                .jwtProvider(() -> read(token, LOGIN + "kubernetes.jwt-token-path"))
                .build());
    }

    private VaultTokenProvider appRole(VaultAppRoleAuthenticationConfig config, String roleId) {
        if (config.secretIdWrappingToken().isPresent()) {
            throw new IllegalStateException(
                    SECRET_ID + "-wrapping-token can be used once, but the Broker must log in again. Set "
                            + SECRET_ID_FILE + " instead");
        }
        if (config.secretId().isPresent() == secretIdFile.isPresent()) {
            throw new IllegalStateException(
                    "set either " + SECRET_ID_FILE + ", which names the file with the secret id, or " + SECRET_ID);
        }
        VaultAppRoleAuthOptions.Builder options = VaultAppRoleAuthOptions.builder()
                .mountPath(config.authMountPath())
                .roleId(roleId);
        config.secretId().ifPresent(options::secretId);
        secretIdFile.ifPresent(file -> options.customSecretIdProvider(request -> read(file, SECRET_ID_FILE)));
        return new VaultAppRoleTokenProvider(options.build());
    }

    /**
     * Called at each login, possibly on an event loop. Blocks the caller while it reads the file. The file is small, so
     * another thread is not needed.
     */
    private static CompletionStage<String> read(Path file, String setting) {
        try {
            return CompletableFuture.completedStage(Files.readString(file).strip());
        } catch (IOException failure) {
            LOG.errorf(
                    "The file of %s cannot be read: %s",
                    setting, failure.getClass().getSimpleName());
            return CompletableFuture.failedStage(new UncheckedIOException(failure));
        }
    }
}
