package dev.nexus.strategy;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The way in which a provider wants its credential in a request. A strategy names fields of the credential, never their
 * values, so it is no secret. Applied by {@link StrategyApplier}; {@link StrategyJson} has the wire form.
 *
 * <p>Each kind is one record that holds all there is to the kind: its rules, its JSON form, how it is applied and how a
 * credential is checked for it. Its constructor refuses what could not be sent, with {@link InvalidStrategyException}. A new
 * kind is a new record, a constant of {@link StrategyType}, and an entry in the Broker's catalogue/entry.schema.json.
 */
public sealed interface Strategy
        permits HeaderStrategy,
                QueryParamStrategy,
                BasicAuthStrategy,
                BodyFieldStrategy,
                PathSegmentStrategy,
                HmacPayloadStrategy,
                AwsSigV4Strategy {

    /** The wire name in the member {@code type}. */
    String type();

    /** Every field of the credential that is read, in the order of reading. */
    Set<String> credentialFields();

    /** The fields whose values prove who is calling: the secret ones, unlike a user name or the identifier of a key. */
    Set<String> secretFields();

    /** Fields that are read if the credential has them. */
    default Set<String> optionalFields() {
        return Set.of();
    }

    /** Fields whose empty string can be sent, as a password of RFC 7617 may be. */
    default Set<String> emptiableFields() {
        return Set.of();
    }

    /** Writes the member {@code config} with every default filled in, in a fixed order. */
    void write(ConfigWriter config);

    /** See {@link StrategyApplier#apply}. */
    OutgoingRequest apply(Credential credential, OutgoingRequest request, Instant now);

    /** Refuses the marks of a bad copy, see {@link CredentialCheck}. */
    void check(CredentialCheck check);

    /** {@code first}, then those of {@code others} that differ. */
    static Set<String> fields(String first, Stream<String> others) {
        Set<String> fields = new LinkedHashSet<>();
        fields.add(first);
        others.forEach(fields::add);
        return fields;
    }
}
