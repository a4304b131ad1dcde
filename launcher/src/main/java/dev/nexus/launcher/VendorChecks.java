package dev.nexus.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Which vendors the quickstart's Broker asks about a credential. By default only the {@link StubVendor}, so that no credential
 * leaves this machine; {@code -Dnexus.verification.enabled} asks all vendors or none.
 */
enum VendorChecks {
    STUB_ONLY("""
            Verification: the Broker checks a credential only with the demo vendor on this machine (provider demo-vendor).
            It stores the credentials of all other providers as "unverified" without asking their vendors.
            -Dnexus.verification.enabled=true also asks the real vendors, over the Internet."""),
    ALL("""
            Verification: the Broker checks a credential with the provider's vendor, over the Internet,
            and with the demo vendor on this machine (provider demo-vendor)."""),
    NONE("""
            Verification: off, because of -Dnexus.verification.enabled=false. The Broker asks no vendor and
            stores every credential as "unverified". There is no demo vendor.""");

    private static final String ENABLED = "nexus.verification.enabled";
    private static final String TRUST = StubVendor.SLUG;

    private final String text;

    VendorChecks(String text) {
        this.text = text;
    }

    /** What the settings on the command line ask for. */
    static VendorChecks of(Map<String, String> settings) {
        @Nullable String enabled = settings.get(ENABLED);
        if (enabled == null) {
            return STUB_ONLY;
        }
        return Boolean.parseBoolean(enabled) ? ALL : NONE;
    }

    /** What the quickstart prints about it. */
    String text() {
        return text;
    }

    /**
     * The Broker's settings. The addresses of this machine are allowed here and refused in production.
     *
     * @param folder of the quickstart; a file of certificates is written to it
     */
    Map<String, String> settings(Path folder) throws IOException {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(ENABLED, String.valueOf(this != NONE));
        if (this == NONE) {
            return settings;
        }
        String trusted = DevCertificates.authorityFile(folder.resolve("tls")).toString();
        if (this == STUB_ONLY) {
            settings.put("nexus.verification.hosts", StubVendor.HOST);
        } else {
            trusted += "," + javasAuthorities(folder.resolve("java-authorities.pem"));
        }
        settings.put("nexus.verification.allowed-addresses", "127.0.0.1,::1");
        settings.put("nexus.verification.tls-configuration-name", TRUST);
        settings.put("quarkus.tls." + TRUST + ".trust-store.pem.certs", trusted);
        return settings;
    }

    /** Naming authorities replaces those that Java trusts, which real vendors need. */
    private static Path javasAuthorities(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        StringBuilder text = new StringBuilder();
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager trust) {
                    for (X509Certificate certificate : trust.getAcceptedIssuers()) {
                        text.append(DevAuthority.pem(certificate));
                    }
                }
            }
        } catch (GeneralSecurityException failure) {
            throw new LauncherException("The authorities that Java trusts could not be read", failure);
        }
        return Files.writeString(file, text);
    }
}
