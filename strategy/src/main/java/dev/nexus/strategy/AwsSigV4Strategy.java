package dev.nexus.strategy;

import java.time.Instant;
import java.util.Set;
import java.util.stream.Stream;

/**
 * AWS Signature Version 4 in the header Authorization
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 *
 * @param service the signing name, for example {@code sts}
 * @param region for example {@code us-east-1}
 * @param sessionTokenField the field of a temporary credential's token; not sent if the credential lacks the field
 */
record AwsSigV4Strategy(
        String service, String region, String accessKeyField, String secretKeyField, String sessionTokenField)
        implements Strategy {

    AwsSigV4Strategy {
        StrategyProblems rules = new StrategyProblems();
        rules.scopeName("/config/service", service);
        rules.scopeName("/config/region", region);
        rules.fieldName("/config/access_key_field", accessKeyField);
        rules.fieldName("/config/secret_key_field", secretKeyField);
        rules.fieldName("/config/session_token_field", sessionTokenField);
        rules.enforce();
    }

    static Strategy read(ConfigReader config) {
        config.known("service", "region", "access_key_field", "secret_key_field", "session_token_field");
        return new AwsSigV4Strategy(
                config.text("service"),
                config.text("region", "us-east-1"),
                config.text("access_key_field", "access_key"),
                config.text("secret_key_field", "secret_key"),
                config.text("session_token_field", "session_token"));
    }

    @Override
    public String type() {
        return StrategyType.AWS_SIGV4.wire();
    }

    @Override
    public Set<String> credentialFields() {
        return Strategy.fields(accessKeyField, Stream.of(secretKeyField));
    }

    @Override
    public Set<String> secretFields() {
        return Strategy.fields(secretKeyField, Stream.of(sessionTokenField));
    }

    @Override
    public Set<String> optionalFields() {
        return Set.of(sessionTokenField);
    }

    @Override
    public boolean sendsTime() {
        return true;
    }

    @Override
    public void write(ConfigWriter config) {
        config.text("service", service)
                .text("region", region)
                .text("access_key_field", accessKeyField)
                .text("secret_key_field", secretKeyField)
                .text("session_token_field", sessionTokenField);
    }

    @Override
    public OutgoingRequest apply(Credential credential, OutgoingRequest request, Instant now) {
        return AwsSignature.apply(this, credential, request, now);
    }

    @Override
    public void check(CredentialCheck check) {
        Stream.of(accessKeyField, secretKeyField, sessionTokenField).forEach(check::awsKey);
    }
}
