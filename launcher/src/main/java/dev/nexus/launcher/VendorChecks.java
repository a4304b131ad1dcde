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
 * The vendors with which the quickstart's Broker verifies credentials. By default only the {@link StubVendor}, so that
 * no credential leaves this machine. {@code -Dnexus.verification.enabled} selects all vendors or none.
 */
enum VendorChecks {
    STUB_ONLY("""
            Verification: the Broker checks a credential only with the demo vendor on this machine (provider demo-vendor).
            It does not call the vendors of other providers. It stores their credentials as "unverified",
            or as "not_supported" if the provider has no probe.
            With -Dnexus.verification.enabled=true it also checks them with the real vendors, over the Internet."""),
    ALL("""
            Verification: the Broker checks a credential with the provider's vendor, over the Internet,
            and with the demo vendor on this machine (provider demo-vendor)."""),
    NONE("""
            Verification: off, because of -Dnexus.verification.enabled=false. The Broker calls no vendor and
            stores every credential as "unverified". The demo vendor is not started.""");

    private static final String ENABLED = "nexus.verification.enabled";
    private static final String TRUST = StubVendor.SLUG;

    private final String text;

    VendorChecks(String text) {
        this.text = text;
    }

    /** Returns the choice that the settings on the command line make. */
    static VendorChecks of(Map<String, String> settings) {
        @Nullable String enabled = settings.get(ENABLED);
        if (enabled == null) {
            return STUB_ONLY;
        }
        return Boolean.parseBoolean(enabled) ? ALL : NONE;
    }

    /** The text that the quickstart prints. */
    String text() {
        return text;
    }

    /**
     * The Broker's settings. Except for {@link #NONE}, they allow loopback addresses, which the Broker refuses in
     * production.
     *
     * @param folder the folder of the quickstart; a file with certificates is written to it
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
            trusted += "," + writeJavaAuthorities(folder.resolve("java-authorities.pem"));
        }
        settings.put("nexus.verification.allowed-addresses", "127.0.0.1,::1");
        settings.put("nexus.verification.tls-configuration-name", TRUST);
        settings.put("quarkus.tls." + TRUST + ".trust-store.pem.certs", trusted);
        return settings;
    }

    /** Writes the authorities that Java trusts. A configured trust store replaces them, and real vendors need them. */
    private static Path writeJavaAuthorities(Path file) throws IOException {
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
            throw new LauncherException("Cannot read the certificate authorities that Java trusts", failure);
        }
        return Files.writeString(file, text);
    }
}
