package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nexus.broker.provider.definition.Problems.Problem;
import dev.nexus.strategy.InvalidStrategyException;
import dev.nexus.strategy.Strategy;
import dev.nexus.strategy.StrategyJson;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a provider's definition from a catalogue file or an administrator's request. {@link DefinitionSchema} checks
 * the shape, Jackson binds the valid members, and this class checks the rules that involve several fields. Collects at
 * most 32 broken rules, in the order of the checks, and then sorts them by {@link #ORDER}.
 */
public final class DefinitionReader {

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private static final int MAX_SCHEMA_LENGTH = 32 * 1024;

    /**
     * The members of a definition, in the order in which their broken rules are reported. The rules for unknown fields
     * and for the whole definition come first. This is also the list of the members that are bound: a member that is
     * not in this list is not bound.
     */
    private static final List<String> ORDER = List.of(
            "id",
            "revision",
            "slug",
            "sources",
            "checked",
            "name",
            "auth_type",
            "credential_schema",
            "strategy",
            "base_url",
            "allowed_hosts",
            "documentation_url",
            "verification",
            "page");

    /**
     * The members that Jackson binds. A component is null if the member is absent or invalid. The outer class reads
     * credential_schema and strategy itself, and {@code CatalogueFile} reads id, revision and slug. The sources of an
     * entry and the day of its check are for people only.
     */
    @JsonIgnoreProperties({"id", "revision", "slug", "sources", "checked", "credential_schema", "strategy"})
    private record Members(
            @Nullable String name,
            @Nullable String authType,
            @Nullable String baseUrl,
            @Nullable List<String> allowedHosts,
            @Nullable String documentationUrl,
            @Nullable Probe verification,
            @Nullable PageHints page) {}

    private final JsonNode definition;
    private final Problems problems = new Problems();

    private DefinitionReader(JsonNode definition) {
        this.definition = definition;
    }

    /**
     * Reads a definition.
     *
     * @param schemaText the credential schema's unchanged text, which the API serves byte for byte. Ignored if the
     *     definition has no credential schema
     * @throws InvalidProviderException with at most 32 broken rules
     */
    public static ProviderDefinition read(DefinitionSchema schema, ObjectNode definition, String schemaText) {
        return new DefinitionReader(definition).read(schema, schemaText);
    }

    private ProviderDefinition read(DefinitionSchema schema, String schemaText) {
        schema.check(definition, problems);
        ObjectNode valid = JsonNodeFactory.instance.objectNode();
        for (String name : ORDER) {
            if (definition.has(name) && problems.isValid(name)) {
                valid.set(name, definition.get(name));
            }
        }
        Members members = bind(valid);
        FieldReferenceRules fields = new FieldReferenceRules(
                valid.has("credential_schema") ? schemaFields(schemaText) : Optional.empty(), problems);
        String strategy = valid.has("strategy") ? strategy(valid.get("strategy"), fields) : "";
        @Nullable List<String> hosts = hosts(members, fields);
        checkVerification(members.verification(), fields);
        checkPage(members.page(), fields);
        if (!problems.isEmpty()) {
            throw new InvalidProviderException(inOrder(problems.list()));
        }
        return new ProviderDefinition(
                Objects.requireNonNull(members.name()),
                Objects.requireNonNull(members.authType()),
                schemaText,
                strategy,
                hosts == null ? null : JSON.valueToTree(hosts).toString(),
                members.baseUrl(),
                members.documentationUrl(),
                members.verification() == null ? null : members.verification().json(),
                definition.has("page") ? definition.get("page").toString() : null);
    }

    private static Members bind(ObjectNode valid) {
        try {
            return JSON.treeToValue(valid, Members.class);
        } catch (JsonProcessingException e) {
            // Without the cause, because its message quotes the definition.
            throw new IllegalStateException("entry.schema.json accepts a definition that does not bind to its records");
        }
    }

    /** Returns empty if the schema is too long or unreadable, because its fields are then unknown. */
    private Optional<SchemaFields> schemaFields(String schema) {
        if (schema.length() > MAX_SCHEMA_LENGTH) {
            problems.add("/credential_schema", "must be at most 32 KiB long");
            return Optional.empty();
        }
        Problems found = new Problems();
        Optional<SchemaFields> fields = SchemaRules.check(schema, found);
        problems.addAll("/credential_schema", found);
        return fields;
    }

    private String strategy(JsonNode given, FieldReferenceRules fields) {
        try {
            Strategy strategy = StrategyJson.parse(given);
            fields.checkStrategy(strategy, given.path("config"));
            return StrategyJson.write(strategy);
        } catch (InvalidStrategyException e) {
            e.problems().forEach(problem -> problems.add("/strategy" + problem.pointer(), problem.rule()));
            return "";
        }
    }

    /**
     * Returns the allowed hosts. If {@code allowed_hosts} is absent or invalid, returns only the host of the base URL.
     * Returns null if the base URL is absent or invalid too.
     */
    private @Nullable List<String> hosts(Members members, FieldReferenceRules fields) {
        Optional<String> baseHost =
                Optional.ofNullable(members.baseUrl()).flatMap(BaseUrl::read).map(BaseUrl::host);
        baseHost.ifPresent(host -> fields.checkPlaceholders("/base_url", HostTemplate.fields(host)));
        List<String> hosts = members.allowedHosts();
        if (hosts == null) {
            return baseHost.map(List::of).orElse(null);
        }
        for (int i = 0; i < hosts.size(); i++) {
            fields.checkPlaceholders("/allowed_hosts/" + i, HostTemplate.fields(hosts.get(i)));
        }
        if (baseHost.isPresent() && !hosts.contains(baseHost.get())) {
            problems.add("/allowed_hosts", "must contain the host of base_url");
        }
        return hosts;
    }

    private void checkVerification(@Nullable Probe probe, FieldReferenceRules fields) {
        if (definition.has("verification") && !definition.has("base_url")) {
            problems.add("/verification", "requires a base_url");
        }
        if (probe != null) {
            problems.addAll("/verification", probe.problems());
            fields.checkPlaceholders("/verification/path", probe.fields());
        }
    }

    private void checkPage(@Nullable PageHints page, FieldReferenceRules fields) {
        if (page != null && fields.isKnown()) {
            page.fields().keySet().stream()
                    .filter(name -> !fields.names().contains(name))
                    .forEach(name -> problems.add(
                            "/page/fields/" + ViolationText.escape(name),
                            "names a field that is not a property of credential_schema"));
        }
    }

    private static List<Problem> inOrder(List<Problem> problems) {
        List<Problem> sorted = new ArrayList<>(problems);
        sorted.sort(Comparator.comparingInt(problem -> ORDER.indexOf(problem.member())));
        return sorted;
    }
}
