package dev.nexus.strategy;

import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/**
 * Checks a credential before it is stored. Applies the strategy to a request that is never sent. Also refuses values
 * with signs of a bad copy and paste by the user, such as a repeated prefix. {@link StrategyApplier} does not check for
 * such signs.
 */
public final class CredentialCheck {

    /** Never sent. Every strategy can be applied to it. */
    private static final OutgoingRequest REQUEST = OutgoingRequest.of(
            "POST", URI.create("https://provider.invalid" + "/p".repeat(PathSegmentStrategy.MAX_POSITION) + "/"));

    private final Credential credential;

    private CredentialCheck(Credential credential) {
        this.credential = credential;
    }

    /**
     * Returns normally if the strategy can send the credential unchanged, and no value has signs of a bad
     * copy and paste.
     *
     * @param credential the captured object
     * @throws InapplicableCredentialException for the first field that breaks a rule
     */
    public static void check(Strategy strategy, Credential credential) {
        StrategyApplier.apply(strategy, credential, REQUEST, Instant.EPOCH);
        strategy.check(new CredentialCheck(credential));
    }

    void header(CredentialHeader header) {
        String field = header.credentialField();
        String value = credential.text(field);
        refuse(field, value.isEmpty(), CredentialRule.NOT_EMPTY);
        // White space at the end of a field is not a part of its value (RFC 9110, section 5.5).
        refuse(field, !value.equals(value.strip()), CredentialRule.SURROUNDING_SPACE);
        refuse(field, RepeatedText.isPrefix(header.valuePrefix(), value), CredentialRule.REPEATED_PREFIX);
        refuse(field, RepeatedText.isName(header.headerName(), ':', value), CredentialRule.REPEATED_NAME);
    }

    /** Refuses line breaks, unlike {@link #member}: a member of a body may be a PEM file. */
    void parameter(CredentialParameter parameter) {
        String field = parameter.credentialField();
        String value = credential.text(field);
        refuse(field, Characters.control(value));
        refuse(field, Characters.zeroWidth(value));
        refuse(field, RepeatedText.isName(parameter.name(), '=', value), CredentialRule.REPEATED_NAME);
    }

    void segment(String field, String prefix) {
        String value = credential.text(field);
        refuse(field, Characters.control(value));
        refuse(field, Characters.zeroWidth(value));
        refuse(field, RepeatedText.isPrefix(prefix, value), CredentialRule.REPEATED_PREFIX);
    }

    void member(CredentialParameter member) {
        refuse(member.credentialField(), Characters.zeroWidth(credential.text(member.credentialField())));
    }

    void part(BasicAuthStrategy.Part part) {
        for (String field : part.fields()) {
            credential.textIfPresent(field).ifPresent(value -> {
                refuse(field, Characters.zeroWidth(value));
                refuse(field, RepeatedText.isBasicHeader(value), CredentialRule.REPEATED_PREFIX);
                if (part instanceof BasicAuthStrategy.Part.Composed composed) {
                    refuse(
                            field,
                            RepeatedText.isAround(composed.template(), field, value),
                            CredentialRule.REPEATED_PREFIX);
                }
            });
        }
    }

    /** Checks the key of an HMAC. */
    void key(String field) {
        refuse(field, Characters.zeroWidth(credential.text(field)));
    }

    /**
     * Also refuses surrounding white space. The signer strips it, and would sign with a key that differs from the
     * stored one.
     */
    void awsKey(String field) {
        credential.textIfPresent(field).ifPresent(value -> {
            refuse(field, Characters.control(value));
            refuse(field, Characters.zeroWidth(value));
            refuse(field, !value.equals(value.strip()), CredentialRule.SURROUNDING_SPACE);
        });
    }

    private static void refuse(String field, Optional<CredentialRule> broken) {
        broken.ifPresent(rule -> refuse(field, true, rule));
    }

    private static void refuse(String field, boolean broken, CredentialRule rule) {
        if (broken) {
            throw new InapplicableCredentialException(field, rule);
        }
    }
}
