package dev.nexus.strategy;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Defines how a credential is added to the requests of a provider. A strategy names fields of the credential, never
 * their values, so it is not secret. {@link StrategyApplier} applies it. {@link StrategyJson} defines the wire form.
 *
 * <p>Each strategy is one record. The record has the strategy's rules and JSON form, applies it to a request, and
 * checks a credential for it. Its constructor throws {@link InvalidStrategyException} if the strategy breaks a rule.
 * The JSON member {@code type} has the wire name of the strategy. An {@code auth_type} names the kind of credential
 * that users enter, and does not affect the request.
 *
 * <p>To add a strategy:
 *
 * <ol>
 *   <li>Write the record, with a static {@code read(ConfigReader)}, and add it to {@code permits}. {@link ConfigReader}
 *       and {@link StrategyProblems} have the rules that strategies share.
 *   <li>Add its constant to {@link StrategyType} and its case to {@link StrategyType#read}.
 *   <li>Add a method to {@link CredentialCheck} only if no existing one fits.
 *   <li>In the Broker's {@code catalogue/entry.schema.json}, {@code $defs/strategy}: add the wire name to the
 *       {@code enum} and the {@code errorMessage} of {@code type}. Add an {@code if}/{@code then} that selects the
 *       definition of {@code config}. Add this definition to {@code $defs}. {@code DefinitionReaderTest} compares the
 *       schema with the records.
 *   <li>In the Gateway's {@code META-INF/openapi.yaml}: add the wire name to the {@code enum} of
 *       {@code StrategyDefinition} and to the {@code x-extensible-enum} and the description of {@code Strategy}. Then
 *       regenerate {@code docs/reference/openapi.yaml} with {@code OpenApiTest} and {@code -Dnexus.docs.write=true}.
 *   <li>Describe it in the table of strategies in {@code docs/guides/providers.md}.
 *   <li>Add its wire name to the list of strategies in {@code CatalogueEntriesTest}, with a catalogue entry that uses
 *       it.
 *   <li>Add vectors to {@code strategy/vectors/generate.py}, and the strategy to {@code clients/python} and
 *       {@code clients/typescript}.
 *   <li>Only if the strategy also needs a new {@code auth_type}: add the new value to the {@code enum} and
 *       {@code errorMessage} of {@code auth_type} in {@code catalogue/entry.schema.json}, and to each {@code enum} and
 *       {@code x-extensible-enum} of {@code auth_type} in {@code META-INF/openapi.yaml}. Describe it in the Javadoc of
 *       the Broker's {@code ProviderDefinition}, and in the table of the definition in
 *       {@code docs/guides/providers.md}.
 * </ol>
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

    /** The required fields of the credential, in the order of reading. {@link #optionalFields} has the others. */
    Set<String> credentialFields();

    /** The fields whose values prove who is calling: the secret ones, unlike a user name or the identifier of a key. */
    Set<String> secretFields();

    /** Fields that are read if the credential has them. */
    default Set<String> optionalFields() {
        return Set.of();
    }

    /** Fields that can be sent with an empty value, such as a password of RFC 7617. */
    default Set<String> emptiableFields() {
        return Set.of();
    }

    /** Returns true if requests contain the time. The vendor refuses them if its clock differs. */
    default boolean sendsTime() {
        return false;
    }

    /**
     * Writes the member {@code config} in a fixed order, with defaults. Omits empty lists, empty static headers, and
     * fields that have no effect.
     */
    void write(ConfigWriter config);

    /** See {@link StrategyApplier#apply}. */
    OutgoingRequest apply(Credential credential, OutgoingRequest request, Instant now);

    /**
     * Refuses a credential with signs of a bad copy and paste by the user, such as a repeated prefix. See
     * {@link CredentialCheck}.
     */
    void check(CredentialCheck check);

    /** Returns {@code first}, followed by {@code others}, without duplicates. */
    static Set<String> fields(String first, Stream<String> others) {
        Set<String> fields = new LinkedHashSet<>();
        fields.add(first);
        others.forEach(fields::add);
        return fields;
    }
}
