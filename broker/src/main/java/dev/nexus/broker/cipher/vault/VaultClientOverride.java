package dev.nexus.broker.cipher.vault;

import io.quarkus.vault.client.VaultClient;
import io.quarkus.vault.client.api.auth.token.VaultAuthToken;
import io.quarkus.vault.client.auth.VaultAuthRequest;
import io.vertx.core.Vertx;
import io.vertx.ext.web.client.WebClientOptions;
import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the {@code VaultClient} bean of quarkus-vault. The replacement connects through {@link VaultHttp}, and
 * {@link VaultLogin} renews its token in the background. docs/explanation/decisions/0007-quarkus-vault.md has the
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
    private @Nullable Opened opened;

    VaultClientOverride(Vertx vertx, VaultSettings settings, TransitConfig config) {
        this.vertx = vertx;
        this.settings = settings;
        this.config = config;
    }

    private record Opened(VaultHttp http, long keepAlive) {}

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
        VaultHttp http = new VaultHttp(vertx, connections, settings.timeout());
        VaultClient.Builder builder = VaultClient.builder()
                .baseUrl(settings.url())
                .executor(http)
                .requestTimeout(settings.timeout())
                .maxRetries(1)
                .tokenProvider(login);
        settings.namespace().ifPresent(builder::namespace);
        VaultClient client = builder.build();
        opened = new Opened(http, vertx.setPeriodic(KEEP_ALIVE_MILLIS, timer -> keepAlive(client, login)));
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

    @Override
    @PreDestroy
    public void close() {
        if (opened != null) {
            vertx.cancelTimer(opened.keepAlive());
            opened.http().close();
        }
    }
}
