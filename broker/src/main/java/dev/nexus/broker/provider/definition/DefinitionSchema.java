package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.format.Format;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Checks the shape of a definition against catalogue/entry.schema.json, which defines all fields and their types. The
 * patterns of this schema run in linear time, see {@link LinearRegex}.
 */
public final class DefinitionSchema {

    private static final JsonNode DOCUMENT = document();

    /** The dialect with the values of {@code format} that Java code checks. */
    private static final Dialect DIALECT = Dialect.builder(CredentialSchema.DIALECT, Dialects.getDraft202012())
            .formats(formats -> {
                formats.clear();
                List.of(
                                new TextFormat(
                                        "base-url", text -> BaseUrl.read(text).isPresent()),
                                new TextFormat("host-template", HostTemplate::isTemplate),
                                new TextFormat("https-link", HttpsLink::isValid))
                        .forEach(format -> formats.put(format.name(), format));
            })
            .build();

    /** The schema of a file in the catalogue or in a tenant's folder. */
    public static final DefinitionSchema CATALOGUE_ENTRY = new DefinitionSchema(DOCUMENT);

    /**
     * Holds the schema of a registration. Compiled when a request first registers a provider, so that the startup is
     * faster.
     */
    private static final class Registration {
        static final DefinitionSchema SCHEMA = new DefinitionSchema(registration());
    }

    private final Schema schema;
    private final DefinitionText text;

    private DefinitionSchema(JsonNode document) {
        this.schema = SchemaRegistry.withDefaultDialect(
                        DIALECT,
                        builder -> builder.schemaRegistryConfig(SchemaRegistryConfig.builder()
                                .formatAssertionsEnabled(true)
                                .regularExpressionFactory(new LinearRegex())
                                .build()))
                .getSchema(document);
        this.text = new DefinitionText(document);
        schema.initializeValidators();
    }

    private static JsonNode document() {
        try (InputStream in = Objects.requireNonNull(
                DefinitionSchema.class.getResourceAsStream("/catalogue/entry.schema.json"), "entry.schema.json")) {
            return new JsonMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read entry.schema.json", e);
        }
    }

    /** The schema of a registration's body. */
    static DefinitionSchema ofRegistration() {
        return Registration.SCHEMA;
    }

    private static JsonNode registration() {
        ObjectNode root = JsonNodeFactory.instance.objectNode().put("$ref", "#/$defs/registration");
        return root.set("$defs", DOCUMENT.get("$defs"));
    }

    /** Adds the rules that {@code definition} breaks to {@code problems}. */
    void check(JsonNode definition, Problems problems) {
        for (Error error : schema.validate(definition)) {
            problems.add(text.of(error));
        }
    }

    private record TextFormat(String name, Predicate<String> rule) implements Format {

        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean matches(ExecutionContext context, String value) {
            return rule.test(value);
        }
    }
}
