package dev.nexus.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority with EC P-256 keys for the processes that the quickstart and the tests start on one machine.
 *
 * <p>smallrye-certificate-generator 0.9 cannot do this. Each certificate that it signs has the serial number 2, so one
 * cannot be revoked without the others. Each certificate is for both servers and clients. The keys are RSA. A validity
 * in the past and revocation lists are not supported.
 *
 * @param certificate the authority's self-signed certificate
 * @param key the private key that signs the issued certificates
 */
public record DevAuthority(X509Certificate certificate, PrivateKey key) {

    private static final Duration LIFETIME = Duration.ofDays(365);

    /**
     * Certificates begin in the past. A test that restarts a service within a second must not get a future certificate.
     */
    private static final Duration BACKDATING = Duration.ofMinutes(5);

    private static final String SIGNATURE = "SHA256withECDSA";
    private static final int SERIAL_BITS = 128;

    /** The purpose of a certificate: server or client authentication. */
    public enum Use {
        SERVER,
        CLIENT;

        private KeyPurposeId purpose() {
            return this == SERVER ? KeyPurposeId.id_kp_serverAuth : KeyPurposeId.id_kp_clientAuth;
        }
    }

    /**
     * A certificate with its private key.
     *
     * @param certificate signed by the authority
     * @param key secret; {@code toString} omits it
     */
    public record Issued(X509Certificate certificate, PrivateKey key) {

        @Override
        public String toString() {
            return "Issued[***]";
        }
    }

    /** Creates an authority with a new key. Authorities with the same name do not accept each other's certificates. */
    public static DevAuthority create(String name) {
        try {
            KeyPair pair = newPair();
            X500Name subject = commonName(name);
            Instant now = Instant.now();
            JcaX509v3CertificateBuilder builder =
                    builder(subject, subject, now.minus(BACKDATING), now.plus(LIFETIME), pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            return new DevAuthority(signed(builder, pair.getPrivate()), pair.getPrivate());
        } catch (GeneralSecurityException | IOException | OperatorCreationException failure) {
            throw new LauncherException("Cannot create the development certificate authority", failure);
        }
    }

    /** Issues a certificate that is valid for a year. {@code names} are DNS names, URIs or IPv4 addresses. */
    public Issued issue(Use use, String... names) {
        Instant now = Instant.now();
        return issue(use, now.minus(BACKDATING), now.plus(LIFETIME), names);
    }

    /** Issues a certificate for a period, which may be in the past. */
    public Issued issue(Use use, Instant from, Instant until, String... names) {
        try {
            KeyPair pair = newPair();
            JcaX509v3CertificateBuilder builder = builder(
                    X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                    commonName(use.name()),
                    from,
                    until,
                    pair.getPublic());
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(use.purpose()));
            builder.addExtension(Extension.subjectAlternativeName, false, alternativeNames(names));
            return new Issued(signed(builder, key), pair.getPrivate());
        } catch (GeneralSecurityException | IOException | OperatorCreationException failure) {
            throw new LauncherException("Cannot create a development certificate", failure);
        }
    }

    /** Creates a certificate revocation list (RFC 5280, section 5) in PEM. {@code revoked} may be empty. */
    public String revocationList(List<X509Certificate> revoked) {
        try {
            Instant now = Instant.now();
            X509v2CRLBuilder builder = new X509v2CRLBuilder(
                    X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()), Date.from(now));
            builder.setNextUpdate(Date.from(now.plus(LIFETIME)));
            revoked.forEach(one -> builder.addCRLEntry(one.getSerialNumber(), Date.from(now), CRLReason.keyCompromise));
            return pem("X509 CRL", builder.build(signer(key)).getEncoded());
        } catch (IOException | OperatorCreationException failure) {
            throw new LauncherException("Cannot create a development revocation list", failure);
        }
    }

    /** Creates the TLS context of a server with this name, with a new certificate. */
    public SSLContext serverTls(String name) {
        Issued issued = issue(Use.SERVER, name);
        char[] password = "in memory only".toCharArray();
        try {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(null, password);
            keys.setKeyEntry(name, issued.key(), password, new X509Certificate[] {issued.certificate()});
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, password);
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(managers.getKeyManagers(), null, null);
            return tls;
        } catch (GeneralSecurityException | IOException failure) {
            throw new LauncherException("Cannot create the TLS context of a development server", failure);
        }
    }

    static String pem(X509Certificate certificate) throws GeneralSecurityException {
        return pem("CERTIFICATE", certificate.getEncoded());
    }

    static String pem(PrivateKey key) {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    private static String pem(String kind, byte[] der) {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n";
    }

    /** Reads an authority from its certificate and key in the form of {@link #pem}. */
    static DevAuthority read(InputStream certificate, String key) throws GeneralSecurityException {
        String base64 = key.replaceAll("-----[A-Z ]+-----", "");
        byte[] der = Base64.getMimeDecoder().decode(base64.getBytes(StandardCharsets.US_ASCII));
        return new DevAuthority(
                (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(certificate),
                KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der)));
    }

    private static X500Name commonName(String name) {
        return new X500NameBuilder().addRDN(BCStyle.CN, name).build();
    }

    private static KeyPair newPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static JcaX509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, Instant from, Instant until, PublicKey key) {
        BigInteger serial = new BigInteger(SERIAL_BITS, new SecureRandom());
        return new JcaX509v3CertificateBuilder(issuer, serial, Date.from(from), Date.from(until), subject, key);
    }

    private static X509Certificate signed(JcaX509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer(key)));
    }

    private static ContentSigner signer(PrivateKey key) throws OperatorCreationException {
        return new JcaContentSignerBuilder(SIGNATURE).build(key);
    }

    private static GeneralNames alternativeNames(String... names) {
        GeneralName[] general = new GeneralName[names.length];
        for (int i = 0; i < names.length; i++) {
            general[i] = new GeneralName(kind(names[i]), names[i]);
        }
        return new GeneralNames(general);
    }

    private static int kind(String name) {
        if (name.contains("://")) {
            return GeneralName.uniformResourceIdentifier;
        }
        return name.matches("[0-9.]+") ? GeneralName.iPAddress : GeneralName.dNSName;
    }

    @Override
    public String toString() {
        return "DevAuthority[***]";
    }
}
