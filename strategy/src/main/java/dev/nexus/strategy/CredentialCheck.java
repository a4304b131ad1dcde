package dev.nexus.strategy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nexus.strategy.Strategy.AwsSigV4;
import dev.nexus.strategy.Strategy.BasicAuth;
import dev.nexus.strategy.Strategy.BodyField;
import dev.nexus.strategy.Strategy.CredentialHeader;
import dev.nexus.strategy.Strategy.CredentialParameter;
import dev.nexus.strategy.Strategy.Header;
import dev.nexus.strategy.Strategy.HmacPayload;
import dev.nexus.strategy.Strategy.PathSegment;
import dev.nexus.strategy.Strategy.QueryParam;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Checks a credential before it is stored: its strategy is applied to a request that is never sent, and the marks of a bad
 * copy are refused. The latter are no concern of {@link StrategyApplier}, which sends what was stored.
 */
public final class CredentialCheck {

    private static final String NOWHERE = "https://provider.invalid";

    private final Credential credential;

    private CredentialCheck(Credential credential) {
        this.credential = credential;
    }

    /**
     * Returns if the strategy can send the credential unchanged.
     *
     * @param credentials the captured object
     * @throws InapplicableCredentialException for the first field that breaks a rule
     */
    public static void check(Strategy strategy, JsonNode credentials) {
        StrategyApplier.apply(strategy, credentials, requestFor(strategy), Instant.EPOCH);
        new CredentialCheck(new Credential(credentials)).fields(strategy);
    }

    /** A request with a place for every strategy. */
    private static OutgoingRequest requestFor(Strategy strategy) {
        int segments = strategy instanceof PathSegment segment ? segment.position() : 0;
        return OutgoingRequest.of("POST", URI.create(NOWHERE + "/p".repeat(segments) + "/"));
    }

    private void fields(Strategy strategy) {
        if (strategy instanceof Header header) {
            header(header.first());
            header.additional().forEach(this::header);
        } else if (strategy instanceof QueryParam query) {
            parameter(query.first());
            query.additional().forEach(this::parameter);
        } else if (strategy instanceof BasicAuth basic) {
            part(basic.username());
            part(basic.password());
        } else if (strategy instanceof BodyField body) {
            member(body.first());
            body.additional().forEach(this::member);
        } else if (strategy instanceof PathSegment segment) {
            segment(segment);
        } else if (strategy instanceof HmacPayload hmac) {
            refuse(hmac.secretField(), Characters.zeroWidth(credential.text(hmac.secretField())));
            hmac.additional().forEach(this::header);
        } else if (strategy instanceof AwsSigV4 aws) {
            List.of(aws.accessKeyField(), aws.secretKeyField(), aws.sessionTokenField())
                    .forEach(this::awsKey);
        }
    }

    private void header(CredentialHeader header) {
        String field = header.credentialField();
        String value = credential.text(field);
        refuse(field, value.isEmpty(), CredentialRule.NOT_EMPTY);
        // White space at the end of a field is not a part of its value (RFC 9110, section 5.5).
        refuse(field, !value.equals(value.strip()), CredentialRule.SURROUNDING_SPACE);
        refuse(field, RepeatedText.isPrefix(header.valuePrefix(), value), CredentialRule.REPEATED_PREFIX);
        refuse(field, RepeatedText.isName(header.headerName(), ':', value), CredentialRule.REPEATED_NAME);
    }

    /** A line break is kept out of URLs only: a member of a body may be a PEM file. */
    private void parameter(CredentialParameter parameter) {
        String field = parameter.credentialField();
        String value = credential.text(field);
        refuse(field, Characters.control(value));
        refuse(field, Characters.zeroWidth(value));
        refuse(field, RepeatedText.isName(parameter.name(), '=', value), CredentialRule.REPEATED_NAME);
    }

    private void segment(PathSegment segment) {
        String field = segment.credentialField();
        String value = credential.text(field);
        refuse(field, Characters.control(value));
        refuse(field, Characters.zeroWidth(value));
        refuse(field, RepeatedText.isPrefix(segment.segmentPrefix(), value), CredentialRule.REPEATED_PREFIX);
    }

    private void member(CredentialParameter member) {
        refuse(member.credentialField(), Characters.zeroWidth(credential.text(member.credentialField())));
    }

    private void part(BasicAuth.Part part) {
        for (String field : part.fields()) {
            credential.textIfPresent(field).ifPresent(value -> {
                refuse(field, Characters.zeroWidth(value));
                refuse(field, RepeatedText.isBasicHeader(value), CredentialRule.REPEATED_PREFIX);
                if (part instanceof BasicAuth.Part.Composed composed) {
                    refuse(
                            field,
                            RepeatedText.isAround(composed.template(), field, value),
                            CredentialRule.REPEATED_PREFIX);
                }
            });
        }
    }

    /** The signer strips white space, so that another key than the stored one would sign. */
    private void awsKey(String field) {
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
