package dev.nexus.strategy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs a request with AWS Signature Version 4
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 */
final class AwsSignature {

    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /** Separates the parts of the header: Credential=access-key/date/region/service/aws4_request, SignedHeaders=… */
    private static final Pattern SCOPE_SEPARATOR = Pattern.compile("[/, ]");

    private AwsSignature() {}

    static OutgoingRequest apply(
            AwsSigV4Strategy strategy, Credential credential, OutgoingRequest request, Instant now) {
        String accessKey = accessKey(strategy, credential);
        // Earlier versions captured keys with spaces around them.
        String secretKey = credential.text(strategy.secretKeyField()).strip();
        requireNotBlank(strategy.secretKeyField(), secretKey);
        Optional<String> token = credential
                .textIfPresent(strategy.sessionTokenField())
                .map(present -> credential.headerText(strategy.sessionTokenField()));

        String time = TIME.format(now);
        OutgoingRequest dated =
                request.withHeader("X-Amz-Date", time).withHeader("X-Amz-Content-Sha256", hex(sha256(request.body())));
        OutgoingRequest sent = token.map(present -> dated.withHeader("X-Amz-Security-Token", present))
                .orElse(dated);

        AwsCanonicalRequest canonical = AwsCanonicalRequest.of(sent, strategy.service());
        String date = time.substring(0, time.indexOf('T'));
        String scope = String.join("/", date, region(strategy, credential), strategy.service(), "aws4_request");
        String toSign = String.join("\n", ALGORITHM, time, scope, hex(sha256(bytes(canonical.text()))));
        byte[] key = bytes("AWS4" + secretKey);
        for (String part : scope.split("/", -1)) {
            key = hmac(key, part);
        }
        return sent.withHeader(
                "Authorization",
                ALGORITHM + " Credential=" + accessKey + "/" + scope + ", SignedHeaders=" + canonical.signedHeaders()
                        + ", Signature=" + hex(hmac(key, toSign)));
    }

    private static String accessKey(AwsSigV4Strategy strategy, Credential credential) {
        String accessKey = credential.headerText(strategy.accessKeyField()).strip();
        requireNotBlank(strategy.accessKeyField(), accessKey);
        requireScope(strategy.accessKeyField(), accessKey);
        return accessKey;
    }

    private static void requireNotBlank(String field, String value) {
        if (value.isBlank()) {
            throw new InapplicableCredentialException(field, CredentialRule.NOT_EMPTY);
        }
    }

    private static void requireScope(String field, String value) {
        if (SCOPE_SEPARATOR.matcher(value).find()) {
            throw new InapplicableCredentialException(field, CredentialRule.SIGNATURE_SCOPE);
        }
    }

    private static String region(AwsSigV4Strategy strategy, Credential credential) {
        String region = strategy.region().of(credential);
        requireNotBlank(strategy.region().text(), region);
        requireScope(strategy.region().text(), region);
        return region;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String hex(byte[] octets) {
        return HexFormat.of().formatHex(octets);
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] hmac(byte[] key, String signed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(bytes(signed));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
