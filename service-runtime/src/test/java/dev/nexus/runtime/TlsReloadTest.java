package dev.nexus.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import io.quarkus.tls.runtime.config.PemCertsConfig;
import io.quarkus.tls.runtime.config.TlsBucketConfig;
import io.quarkus.tls.runtime.config.TlsConfig;
import io.quarkus.tls.runtime.config.TrustStoreConfig;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Event;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsReloadTest {

    private static final String NAME = "broker";

    @TempDir
    Path folder;

    private final List<String> events = new ArrayList<>();
    private final ReloadedFiles files = new ReloadedFiles(new SimpleMeterRegistry());
    private final Vertx vertx = Vertx.vertx();
    private boolean readable = true;
    private Runnable duringLoad = () -> {};
    private Path authority;
    private TlsReload reload;

    @BeforeEach
    void start() throws IOException, GeneralSecurityException {
        authority = Files.writeString(folder.resolve("ca.pem"), "first");
        reload = new TlsReload(registry(), settings(), event(), files, vertx);
        reload.register();
    }

    @AfterEach
    void stop() {
        vertx.close();
    }

    @Test
    void unchanged_files_fire_no_event() {
        reload.reload();
        reload.reload();

        assertThat(events).isEmpty();
        assertThat(files.of("quarkus.tls.broker").isValid()).isTrue();
    }

    @Test
    void a_change_fires_one_event() throws IOException {
        Files.writeString(authority, "second");

        reload.reload();
        reload.reload();

        assertThat(events).containsExactly(NAME);
    }

    @Test
    void an_invalid_file_is_read_again_until_it_is_valid() throws IOException {
        readable = false;
        Files.writeString(authority, "broken");
        reload.reload();
        boolean validWhileBroken = files.of("quarkus.tls.broker").isValid();
        readable = true;

        reload.reload();

        assertThat(validWhileBroken).isFalse();
        assertThat(files.of("quarkus.tls.broker").isValid()).isTrue();
        assertThat(events).containsExactly(NAME);
    }

    @Test
    void a_file_that_changes_and_changes_back_while_it_is_read_is_read_again() throws IOException {
        Files.writeString(authority, "second");
        duringLoad = () -> {
            replace("other", 1);
            replace("second", 2);
            duringLoad = () -> {};
        };

        reload.reload();
        reload.reload();
        reload.reload();

        assertThat(events).containsExactly(NAME, NAME);
    }

    private void replace(String content, long seconds) {
        try {
            Files.writeString(authority, content);
            Files.setLastModifiedTime(authority, FileTime.from(Instant.now().plusSeconds(seconds)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private boolean load() {
        duringLoad.run();
        return readable;
    }

    private TlsConfigurationRegistry registry() throws GeneralSecurityException, IOException {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        TlsConfiguration tls =
                fake(TlsConfiguration.class, Map.of("getTrustStore", trusted, "reload", (Answer) this::load));
        return fake(TlsConfigurationRegistry.class, Map.of("get", Optional.of(tls)));
    }

    private TlsConfig settings() {
        PemCertsConfig pem = fake(PemCertsConfig.class, Map.of("certs", Optional.of(List.of(authority))));
        TrustStoreConfig trusted = fake(TrustStoreConfig.class, Map.of("pem", Optional.of(pem)));
        TlsBucketConfig bucket = fake(TlsBucketConfig.class, Map.of("trustStore", Optional.of(trusted)));
        return fake(TlsConfig.class, Map.of("namedCertificateConfig", Map.of(NAME, bucket)));
    }

    @SuppressWarnings("unchecked")
    private Event<CertificateUpdatedEvent> event() {
        return (Event<CertificateUpdatedEvent>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Event.class}, (proxy, method, arguments) -> {
                    events.add(((CertificateUpdatedEvent) arguments[0]).name());
                    return null;
                });
    }

    private interface Answer {
        Object get();
    }

    /** Creates an object whose methods return {@code answers} by method name. Other methods return null or empty. */
    private static <T> T fake(Class<T> type, Map<String, Object> answers) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    Object answer = answers.get(method.getName());
                    if (answer instanceof Answer computed) {
                        return computed.get();
                    }
                    return answer == null && method.getReturnType() == Optional.class ? Optional.empty() : answer;
                }));
    }
}
