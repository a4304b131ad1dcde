package dev.nexus.broker.cipher.local;

import dev.nexus.broker.cipher.CipherBackend;
import dev.nexus.broker.cipher.CipherConfig.Kind;
import dev.nexus.broker.cipher.CipherMeters;
import dev.nexus.broker.cipher.CredentialCipher;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.jboss.logging.Logger;

/** Opens the local keyset, or creates it. */
@Singleton
class LocalKeysetAtStart implements CipherBackend {

    private static final Logger LOG = Logger.getLogger(LocalKeysetAtStart.class);

    private final LocalConfig config;
    private final MeterRegistry meters;

    LocalKeysetAtStart(LocalConfig config, MeterRegistry meters) {
        this.config = config;
        this.meters = meters;
    }

    @Override
    public Kind kind() {
        return Kind.LOCAL;
    }

    @Override
    public CredentialCipher open() {
        CipherMeters measures = new CipherMeters(meters, LocalKeysetCipher.NAME);
        config.keysetFile().map(KeysetFile::new).ifPresent(file -> measures.registerKeyCreated(file::modifiedAt));
        return new MeasuredCipher(open(config), measures);
    }

    static CredentialCipher open(LocalConfig config) {
        Path path = config.keysetFile()
                .orElseThrow(() -> new IllegalStateException(
                        "nexus.cipher.local.keyset-file must name the file of the local keyset."
                                + " A missing file is created"));
        LOG.warnf("The local keyset is in use. Do not use it in production");
        try {
            return new LocalKeysetCipher(new KeysetFile(path));
        } catch (GeneralSecurityException | IOException failure) {
            throw new IllegalStateException(
                    "The file of nexus.cipher.local.keyset-file cannot be read or created ("
                            + failure.getClass().getSimpleName() + ")",
                    failure);
        }
    }
}
