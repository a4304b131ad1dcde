package dev.nexus.strategy;

import java.time.Instant;
import java.util.Set;
import java.util.stream.Stream;

/**
 * AWS Signature Version 4 in the header Authorization
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 *
 * @param service the signing name, for example {@code sts}
 * @param region the region, for example {@code us-east-1}, or the field of the credential that names the region
 * @param sessionTokenField the field of a temporary credential's token; not sent if the credential lacks the field
 */
record AwsSigV4Strategy(
        String service, Region region, String accessKeyField, String secretKeyField, String sessionTokenField)
        implements Strategy {

    private static final String REGION = "region";
    private static final String REGION_FIELD = "region_field";

    /**
     * A region, or the field of the credential that names it.
     *
     * @param text the name of the region or of the field
     */
    record Region(String text, boolean isField) {

        String of(Credential credential) {
            return isField ? credential.headerText(text) : text;
        }

        private Stream<String> fields() {
            return isField ? Stream.of(text) : Stream.of();
        }
    }

    AwsSigV4Strategy {
        StrategyProblems rules = new StrategyProblems();
        rules.scopeName("/config/service", service);
        if (region.isField()) {
            rules.fieldName("/config/region_field", region.text());
        } else {
            rules.scopeName("/config/region", region.text());
        }
        rules.fieldName("/config/access_key_field", accessKeyField);
        rules.fieldName("/config/secret_key_field", secretKeyField);
        rules.fieldName("/config/session_token_field", sessionTokenField);
        rules.enforce();
    }

    static Strategy read(ConfigReader config) {
        config.known("service", REGION, REGION_FIELD, "access_key_field", "secret_key_field", "session_token_field");
        if (config.has(REGION) && config.has(REGION_FIELD)) {
            config.refuse(REGION_FIELD, "must not be used together with region");
        }
        return new AwsSigV4Strategy(
                config.text("service"),
                config.has(REGION_FIELD)
                        ? new Region(config.text(REGION_FIELD), true)
                        : new Region(config.text(REGION, "us-east-1"), false),
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
        return Strategy.fields(accessKeyField, Stream.concat(Stream.of(secretKeyField), region.fields()));
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
                .text(region.isField() ? REGION_FIELD : REGION, region.text())
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
        Stream.concat(Stream.of(accessKeyField, secretKeyField, sessionTokenField), region.fields())
                .forEach(check::awsKey);
    }
}
