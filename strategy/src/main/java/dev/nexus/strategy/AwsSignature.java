package dev.nexus.strategy;

import java.io.ByteArrayInputStream;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/** Signs a request with AWS Signature Version 4. Uses AWS's own signer. */
final class AwsSignature {

    private static final AwsV4HttpSigner SIGNER = AwsV4HttpSigner.create();

    /** S3 signs its paths unchanged. Every other service encodes them a second time and removes dot segments. */
    private static final String S3 = "s3";

    /** Separates the parts of the header: Credential=access-key/date/region/service/aws4_request, SignedHeaders=… */
    private static final Pattern SCOPE_SEPARATOR = Pattern.compile("[/, ]");

    private AwsSignature() {}

    static OutgoingRequest apply(
            AwsSigV4Strategy strategy, Credential credential, OutgoingRequest request, Instant now) {
        byte[] body = request.body();
        SdkHttpRequest.Builder unsigned = SdkHttpRequest.builder()
                .method(SdkHttpMethod.fromValue(request.method()))
                .uri(request.uri());
        request.headers().forEach(header -> unsigned.appendHeader(header.name(), header.value()));
        SignedRequest signed = SIGNER.sign(signing -> signing.identity(identity(strategy, credential))
                .request(unsigned.build())
                .payload(() -> new ByteArrayInputStream(body))
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, strategy.service())
                .putProperty(AwsV4HttpSigner.REGION_NAME, strategy.region())
                .putProperty(
                        AwsV4HttpSigner.DOUBLE_URL_ENCODE, !strategy.service().equals(S3))
                .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, !strategy.service().equals(S3))
                .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(now, ZoneOffset.UTC)));
        OutgoingRequest sent = request;
        for (Map.Entry<String, List<String>> header : signed.request().headers().entrySet()) {
            // The HTTP client writes the same Host header itself.
            if (!header.getKey().equalsIgnoreCase("Host") && isNew(header, request)) {
                sent = sent.withHeader(header.getKey(), header.getValue().get(0));
            }
        }
        return sent;
    }

    private static boolean isNew(Map.Entry<String, List<String>> header, OutgoingRequest request) {
        return header.getValue().size() == 1
                && !request.header(header.getKey())
                        .equals(Optional.of(header.getValue().get(0)));
    }

    private static void requireNotBlank(String field, String value) {
        if (value.isBlank()) {
            throw new InapplicableCredentialException(field, CredentialRule.NOT_EMPTY);
        }
    }

    private static AwsCredentialsIdentity identity(AwsSigV4Strategy strategy, Credential credential) {
        String accessKey = credential.headerText(strategy.accessKeyField());
        String secretKey = credential.text(strategy.secretKeyField());
        requireNotBlank(strategy.accessKeyField(), accessKey);
        requireNotBlank(strategy.secretKeyField(), secretKey);
        if (SCOPE_SEPARATOR.matcher(accessKey.strip()).find()) {
            throw new InapplicableCredentialException(strategy.accessKeyField(), CredentialRule.SIGNATURE_SCOPE);
        }
        return credential
                .textIfPresent(strategy.sessionTokenField())
                .<AwsCredentialsIdentity>map(token -> AwsSessionCredentialsIdentity.create(
                        accessKey, secretKey, credential.headerText(strategy.sessionTokenField())))
                .orElseGet(() -> AwsCredentialsIdentity.create(accessKey, secretKey));
    }
}
