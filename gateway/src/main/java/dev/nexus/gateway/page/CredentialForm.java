package dev.nexus.gateway.page;

import dev.nexus.contracts.PresentedField;
import dev.nexus.contracts.PresentedState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A form made from a credential schema. It shows what the schema's properties say; everything else (conditions,
 * alternatives) is left to the Broker, which alone decides whether the credentials follow the schema.
 *
 * @param fields in the schema's order
 * @param complete false if the schema requires something that a form cannot ask for, such as a list, or holds more than
 *     {@value SchemaReader#MAX_PARTS} properties and choices, or {@value SchemaReader#MAX_CHARACTERS} characters, once its references are followed
 * @param keepsTexts false if nobody said which of the texts are secret, so that none is shown again
 */
record CredentialForm(List<Field> fields, boolean complete, boolean keepsTexts) {

    /** The form of what {@code presented} asks for. A Broker of an earlier release does not say which fields are secret. */
    static CredentialForm of(PresentedState presented) {
        Map<String, PresentedField> hints = presented.fields();
        if (hints == null) {
            CredentialForm form = of(presented.credentialSchema());
            return new CredentialForm(form.fields(), form.complete(), false);
        }
        return SchemaReader.read(presented.credentialSchema(), hints);
    }

    /** The form of a schema of which no more is known. */
    static CredentialForm of(String schema) {
        return SchemaReader.read(schema, Map.of());
    }

    /** All fields, those in groups too. */
    Stream<Field> all() {
        return fields.stream().flatMap(Field::withMembers);
    }

    /** The field that {@code pointer} points at. */
    Optional<Field> at(String pointer) {
        return all().filter(field -> field.place().pointer().equals(pointer)).findFirst();
    }
}
