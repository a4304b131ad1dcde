package dev.nexus.broker.cipher.vault;

import dev.nexus.runtime.ReloadedFiles;
import dev.nexus.runtime.WatchedFile;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.vault.client.VaultClient;
import io.quarkus.vault.client.api.auth.token.VaultAuthToken;
import io.quarkus.vault.client.auth.VaultAuthRequest;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.ext.web.client.WebClientOptions;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the {@code VaultClient} bean of quarkus-vault. The replacement connects through {@link VaultHttp}, and
 * {@link VaultLogin} renews its token in the background. The trusted certificates are reloaded. docs/explanation/decisions/0007-quarkus-vault.md has the
 * reasons.
 */
@Singleton
class VaultClientOverride implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(VaultClientOverride.class);
    private static final long KEEP_ALIVE_MILLIS = 1_000;

    /**
     * The connections for {@code batch-calls} = 1: one to encrypt and one to decrypt, for each of two keys. Further
     * calls wait.
     */
    private static final int CONNECTIONS_PER_CALL = 4;

    /** The number of calls that may wait for a connection. Further calls fail immediately. */
    private static final int MAX_WAITING = 200;

    private final Vertx vertx;
    private final VaultSettings settings;
    private final TransitConfig config;
    private final ReloadedFiles files;
    private volatile @Nullable Opened opened;

    VaultClientOverride(Vertx vertx, VaultSettings settings, TransitConfig config, ReloadedFiles files) {
        this.vertx = vertx;
        this.settings = settings;
        this.config = config;
        this.files = files;
    }

    /** @param trusted empty for Java's default certificates */
    private record Opened(VaultHttp http, Optional<WatchedFile<Buffer>> trusted, long keepAlive) {}

    @Produces
    @Singleton
    @Alternative
    @Priority(1)
    VaultClient client() {
        VaultLogin login = new VaultLogin(settings.login(), InstantSource.system());
        WebClientOptions connections = settings.connections()
                .setMaxPoolSize(CONNECTIONS_PER_CALL * config.batchCalls())
                .setMaxWaitQueueSize(MAX_WAITING)
                .setFollowRedirects(false)
                .setUserAgentEnabled(false);
        Optional<WatchedFile<Buffer>> trusted = settings.trusted(files);
        trusted.ifPresent(file -> connections.setTrustOptions(new PemTrustOptions().addCertValue(file.value())));
        VaultHttp http = new VaultHttp(vertx, connections, settings.timeout());
        VaultClient.Builder builder = VaultClient.builder()
                .baseUrl(settings.url())
                .executor(http)
                .requestTimeout(settings.timeout())
                .maxRetries(1)
                .tokenProvider(login);
        settings.namespace().ifPresent(builder::namespace);
        VaultClient client = builder.build();
        opened = new Opened(http, trusted, vertx.setPeriodic(KEEP_ALIVE_MILLIS, timer -> keepAlive(client, login)));
        return client;
    }

    private static void keepAlive(VaultClient client, VaultLogin login) {
        VaultAuthRequest request =
                VaultAuthRequest.of(client, VaultAuthToken.FACTORY.renewSelf(null), InstantSource.system());
        CompletionStage<?> unused = login.keepAlive(request).whenComplete((token, failure) -> {
            if (failure != null) {
                LOG.warnf(
                        "Cannot get a Vault token: %s",
                        VaultUnavailableException.of(failure).getMessage());
            }
        });
    }

    /** Trusts the certificates that {@code quarkus.vault.tls.ca-cert} has now. */
    @Scheduled(every = "2s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void reloadAuthorities() {
        Opened used = opened;
        if (used != null) {
            used.trusted().filter(WatchedFile::reload).ifPresent(file -> {
                used.http().trust(file.value());
                LOG.info("The authorities of Vault's certificate have changed: opening new connections");
            });
        }
    }

    @Override
    @PreDestroy
    public void close() {
        Opened used = opened;
        if (used != null) {
            vertx.cancelTimer(used.keepAlive());
            used.http().close();
        }
    }
}
