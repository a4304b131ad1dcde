package dev.nexus.broker.cipher;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigUtils;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import org.jboss.logging.Logger;

/** Chooses the cipher that the configuration names, and refuses to start where it would be unsafe. */
@ApplicationScoped
class CipherAtStart {

    private static final Logger LOG = Logger.getLogger(CipherAtStart.class);

    @Produces
    @Singleton
    @Startup
    CredentialCipher cipher(CipherConfig config) {
        return switch (config.kind()) {
            case LOCAL -> local(config, ConfigUtils.isProfileActive("prod"));
        };
    }

    static CredentialCipher local(CipherConfig config, boolean production) {
        if (production) {
            throw new IllegalStateException("nexus.cipher.kind=local is refused in the production profile: the local"
                    + " keyset lies beside the data. Run with -Dquarkus.profile=quickstart to try things out.");
        }
        Path path = config.local()
                .keysetFile()
                .orElseThrow(() -> new IllegalStateException(
                        "nexus.cipher.local.keyset-file must name a file: the local keyset is read from it, or made"));
        LOG.warnf("Credentials are sealed with the local keyset, which is not for production");
        try {
            return new LocalKeysetCipher(new KeysetFile(path));
        } catch (GeneralSecurityException | IOException failure) {
            throw new IllegalStateException(
                    "The file of nexus.cipher.local.keyset-file cannot be read or made ("
                            + failure.getClass().getSimpleName() + ")",
                    failure);
        }
    }
}
