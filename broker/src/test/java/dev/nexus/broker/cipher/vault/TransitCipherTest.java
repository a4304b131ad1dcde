package dev.nexus.broker.cipher.vault;

import dev.nexus.broker.cipher.CredentialCipher;
import dev.nexus.broker.cipher.CredentialCipherConformance;
import dev.nexus.broker.testing.RealVault;
import io.vertx.core.Vertx;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs the conformance suite on a real Vault with the policy of the Broker. */
@ExtendWith(RealVault.class)
class TransitCipherTest extends CredentialCipherConformance {

    private static final Vertx VERTX = Vertx.vertx();
    private static OpenVault vault;
    private static TransitCipher cipher;

    @BeforeAll
    static void open() {
        vault = OpenVault.of(VERTX, RealVault.get().broker(), Map.of());
        cipher = vault.cipher();
    }

    @AfterAll
    static void close() {
        vault.close();
    }

    @Override
    protected CredentialCipher cipher() {
        return cipher;
    }

    @Override
    protected void rotate() {
        RealVault.get().vault("write", "-f", "transit/keys/nexus/rotate");
    }
}
