package dev.nexus.launcher;

import dev.nexus.launcher.DevAuthority.Issued;
import dev.nexus.launcher.DevAuthority.Use;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The certificates with which the Broker and the Gateway of one run authenticate to each other, as PEM files of mode
 * 0600. The folder of each service is a symbolic link, as in a secret that Kubernetes mounts, so that a certificate and
 * its key are replaced in one step.
 *
 * @param folder has the folders {@code authority}, {@code broker} and {@code gateway}
 */
public record DevCertificates(Path folder) {

    /** The DNS name in the Gateway's certificate. */
    public static final String GATEWAY_IDENTITY = "nexus-gateway";

    private static final String AUTHORITY = "authority";
    private static final String CERTIFICATE = "tls.crt";
    private static final String KEY = "tls.key";
    private static final String TRUSTED = "ca.crt";
    private static final String AUTHORITY_KEY = "ca.key";
    private static final String REVOKED = "revoked.crl";

    private static final FileAttribute<Set<PosixFilePermission>> OWNERS_FOLDER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** The services that have a certificate. */
    public enum Service {
        BROKER,
        GATEWAY;

        private String folder() {
            return this == BROKER ? "broker" : "gateway";
        }
    }

    /** Returns the certificates in {@code folder}. Creates them if the folder does not exist. */
    static DevCertificates in(Path folder) throws IOException {
        DevCertificates certificates = new DevCertificates(folder);
        if (!Files.exists(folder)) {
            Files.createDirectory(folder, OWNERS_FOLDER);
            DevAuthority authority = DevAuthority.create("Nexus development");
            certificates.store(authority);
            certificates.publish(Service.BROKER, authority.issue(Use.SERVER, "127.0.0.1", "localhost"), authority);
            certificates.publish(Service.GATEWAY, authority.issue(Use.CLIENT, GATEWAY_IDENTITY), authority);
        }
        return certificates;
    }

    /** The path of the authority's certificate in {@code folder}. The file may not exist yet. */
    static Path authorityFile(Path folder) {
        return folder.resolve(AUTHORITY).resolve(TRUSTED);
    }

    private void store(DevAuthority authority) throws IOException {
        Path own = Files.createDirectory(folder.resolve(AUTHORITY), OWNERS_FOLDER);
        write(own.resolve(TRUSTED), pem(List.of(authority.certificate())));
        write(own.resolve(AUTHORITY_KEY), DevAuthority.pem(authority.key()));
    }

    /** The authority of this run. */
    public DevAuthority authority() throws IOException {
        Path own = folder.resolve(AUTHORITY);
        try (var certificate = Files.newInputStream(own.resolve(TRUSTED))) {
            return DevAuthority.read(certificate, Files.readString(own.resolve(AUTHORITY_KEY)));
        } catch (GeneralSecurityException failure) {
            throw new LauncherException("Cannot read the development certificate authority", failure);
        }
    }

    /** Replaces the certificate of a service and the authorities that it trusts. */
    public void publish(Service service, Issued own, DevAuthority... trusted) throws IOException {
        publish(service, own, List.of(), trusted);
    }

    /**
     * Like {@link #publish(Service, Issued, DevAuthority...)}, with a revocation list that contains {@code revoked}.
     * The first authority in {@code trusted} signs the list.
     */
    public void publish(Service service, Issued own, List<X509Certificate> revoked, DevAuthority... trusted)
            throws IOException {
        Path next = Files.createTempDirectory(folder, service.folder() + "-");
        write(next.resolve(CERTIFICATE), pem(List.of(own.certificate())));
        write(next.resolve(KEY), DevAuthority.pem(own.key()));
        write(
                next.resolve(TRUSTED),
                pem(Stream.of(trusted).map(DevAuthority::certificate).toList()));
        write(next.resolve(REVOKED), trusted[0].revocationList(revoked));
        Path link = folder.resolve(service.folder());
        Path previous = Files.exists(link) ? link.toRealPath() : next;
        Path nextLink = next.resolveSibling(next.getFileName() + ".link");
        Files.createSymbolicLink(nextLink, next.getFileName());
        Files.move(nextLink, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        if (!previous.equals(next.toRealPath())) {
            delete(previous);
        }
    }

    private static String pem(List<X509Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        try {
            for (X509Certificate certificate : certificates) {
                text.append(DevAuthority.pem(certificate));
            }
        } catch (GeneralSecurityException failure) {
            throw new LauncherException("Cannot write a development certificate", failure);
        }
        return text.toString();
    }

    private static void write(Path file, String text) throws IOException {
        OwnerOnly.file(file);
        Files.writeString(file, text);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** The Broker's settings for mutual TLS on {@code port}, without plain HTTP. */
    Map<String, String> brokerSettings(int port) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("quarkus.http.tls-configuration-name", "gateway");
        settings.put("quarkus.http.ssl-port", String.valueOf(port));
        settings.put("quarkus.http.insecure-requests", "disabled");
        settings.put("nexus.broker.gateway-identity", GATEWAY_IDENTITY);
        settings.putAll(stores("quarkus.tls.gateway.", Service.BROKER));
        return settings;
    }

    /** The Gateway's settings for mutual TLS: its certificate, and the authority of the Broker's certificate. */
    Map<String, String> gatewaySettings() {
        return stores("quarkus.tls.broker.", Service.GATEWAY);
    }

    private Map<String, String> stores(String prefix, Service service) {
        Path own = folder.resolve(service.folder());
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(prefix + "key-store.pem.0.cert", own.resolve(CERTIFICATE).toString());
        settings.put(prefix + "key-store.pem.0.key", own.resolve(KEY).toString());
        settings.put(prefix + "trust-store.pem.certs", own.resolve(TRUSTED).toString());
        settings.put(
                prefix + "certificate-revocation-list", own.resolve(REVOKED).toString());
        return settings;
    }
}
