package dev.nexus.gateway.page;

import dev.nexus.contracts.PresentedField;
import dev.nexus.contracts.PresentedState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A form made from a credential schema. It uses only the schema's properties and the names of its required members.
 * Only the Broker evaluates the other rules, such as conditions and alternatives, and decides whether the credentials
 * follow the schema.
 *
 * @param fields in the schema's order
 * @param complete false if the schema requires a value that a form cannot request, such as a list. Also false if the
 *     schema, with its references resolved, has more than {@value SchemaReader#MAX_PARTS} properties and choices, or
 *     more than {@value SchemaReader#MAX_CHARACTERS} characters
 * @param keepsTexts false if it is unknown which texts are secret. No text is then shown again
 */
record CredentialForm(List<Field> fields, boolean complete, boolean keepsTexts) {

    /**
     * Creates the form for {@code presented}. A Broker of the previous release does not say which fields are secret.
     */
    static CredentialForm of(PresentedState presented) {
        Map<String, PresentedField> hints = presented.fields();
        if (hints == null) {
            CredentialForm form = of(presented.credentialSchema());
            return new CredentialForm(form.fields(), form.complete(), false);
        }
        return SchemaReader.read(presented.credentialSchema(), hints);
    }

    /** Creates the form for a schema without further information about its fields. */
    static CredentialForm of(String schema) {
        return SchemaReader.read(schema, Map.of());
    }

    /** All fields, with those in groups. */
    Stream<Field> all() {
        return fields.stream().flatMap(Field::withMembers);
    }

    /** The field at the JSON pointer {@code pointer}. */
    Optional<Field> at(String pointer) {
        return all().filter(field -> field.place().pointer().equals(pointer)).findFirst();
    }
}
