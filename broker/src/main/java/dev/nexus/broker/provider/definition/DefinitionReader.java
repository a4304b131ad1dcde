package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.nexus.broker.http.UnicodeText;
import dev.nexus.strategy.InvalidStrategyException;
import dev.nexus.strategy.Strategy;
import dev.nexus.strategy.StrategyJson;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules that a provider's definition follows, wherever it comes from: a catalogue file or an administrator's request.
 * All broken rules are collected, each with the place as an RFC 6901 pointer.
 */
public final class DefinitionReader {

    /** The members of a definition. */
    public static final Set<String> FIELDS = Set.of(
            "name",
            "auth_type",
            "credential_schema",
            "strategy",
            "base_url",
            "allowed_hosts",
            "documentation_url",
            "verification",
            "page");

    private static final Set<String> AUTH_TYPES = Set.of("api_key", "basic_auth", "hmac", "aws_sigv4");
    private static final int MAX_SCHEMA_LENGTH = 32 * 1024;
    private static final int MAX_HOSTS = 32;

    private final JsonNode definition;
    private final Problems problems;

    private DefinitionReader(JsonNode definition, Problems problems) {
        this.definition = definition;
        this.problems = problems;
    }

    /**
     * Checks a definition.
     *
     * @param definition an object of {@link #FIELDS}; others are the caller's to refuse
     * @param schema the credential schema's text as it came, to be served byte for byte; null if the caller has refused it
     * @param problems what the caller has refused already
     * @throws InvalidProviderException with all broken rules, at most 32
     */
    public static ProviderDefinition read(JsonNode definition, @Nullable String schema, Problems problems) {
        ProviderDefinition read = new DefinitionReader(definition, problems).read(schema == null ? "" : schema);
        if (!problems.isEmpty()) {
            throw new InvalidProviderException(problems.list());
        }
        return read;
    }

    private ProviderDefinition read(String schema) {
        texts("", definition);
        String name = text("name");
        if (definition.path("name").isTextual() && !name.matches("\\S(.{0,98}\\S)?")) {
            problems.add("/name", "must be 1 to 100 characters without white space at either end");
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            problems.add("/name", "must not contain control characters");
        }
        String authType = text("auth_type");
        if (definition.path("auth_type").isTextual() && !AUTH_TYPES.contains(authType)) {
            problems.add("/auth_type", "must be api_key, basic_auth, hmac or aws_sigv4");
        }
        FieldRules fields = new FieldRules(schemaFields(schema), problems);
        String strategy = strategy(fields);
        @Nullable String baseUrl = baseUrl(fields);
        @Nullable String allowedHosts = allowedHosts(fields, baseUrl);
        return new ProviderDefinition(
                name,
                authType,
                schema,
                strategy,
                allowedHosts,
                baseUrl,
                documentationUrl(),
                verification(fields, baseUrl),
                page(fields));
    }

    /** Anything else would be stored as something else. The schema's own texts are checked with it. */
    private void texts(String pointer, JsonNode node) {
        if (node.isTextual() && !UnicodeText.isComplete(node.textValue())) {
            problems.add(pointer, UnicodeText.MESSAGE);
        }
        node.properties().forEach(member -> {
            String at = pointer + "/" + ViolationText.escape(member.getKey());
            if (!UnicodeText.isComplete(member.getKey())) {
                problems.add(pointer, "must have member names that are Unicode text, without half of a surrogate pair");
            } else if (!at.equals("/credential_schema")) {
                texts(at, member.getValue());
            }
        });
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            texts(pointer + "/" + i, node.get(i));
        }
    }

    /** Empty where the schema cannot be read, so that its fields are unknown. */
    private Optional<SchemaFields> schemaFields(String schema) {
        if (schema.isEmpty()) {
            return Optional.empty();
        }
        if (schema.length() > MAX_SCHEMA_LENGTH) {
            problems.add("/credential_schema", "must be at most 32 KiB long");
            return Optional.empty();
        }
        Problems found = new Problems();
        Optional<SchemaFields> fields = SchemaRules.check(schema, found);
        problems.addAll("/credential_schema", found);
        return fields;
    }

    private String strategy(FieldRules fields) {
        try {
            Strategy strategy = StrategyJson.parse(definition.path("strategy"));
            fields.checkStrategy(strategy, definition.path("strategy").path("config"));
            return StrategyJson.write(strategy);
        } catch (InvalidStrategyException e) {
            problems.add("/strategy" + e.pointer(), e.rule());
            return "";
        }
    }

    private @Nullable String baseUrl(FieldRules fields) {
        if (!definition.has("base_url")) {
            return null;
        }
        String url = text("base_url");
        Optional<BaseUrl> base = BaseUrl.read(url);
        if (base.isEmpty()) {
            problems.add("/base_url", "must be an absolute https URL of a host name, without user info or a query");
            return null;
        }
        fields.checkPlaceholders("/base_url", HostTemplate.fields(base.get().host()));
        return url;
    }

    /** Absent beside a base URL: its host alone. */
    private @Nullable String allowedHosts(FieldRules fields, @Nullable String baseUrl) {
        String baseHost =
                baseUrl == null ? "" : BaseUrl.read(baseUrl).orElseThrow().host();
        ArrayNode names = JsonNodeFactory.instance.arrayNode();
        if (!definition.has("allowed_hosts")) {
            return baseUrl == null ? null : names.add(baseHost).toString();
        }
        JsonNode hosts = definition.get("allowed_hosts");
        if (!hosts.isArray() || hosts.isEmpty() || hosts.size() > MAX_HOSTS) {
            problems.add("/allowed_hosts", "must be a list of 1 to 32 host names");
            return null;
        }
        boolean holdsBase = false;
        for (JsonNode host : hosts) {
            String at = "/allowed_hosts/" + names.size();
            if (!host.isTextual() || !HostTemplate.isTemplate(host.textValue())) {
                problems.add(at, "must be a host name in lower case");
            } else {
                fields.checkPlaceholders(at, HostTemplate.fields(host.textValue()));
            }
            names.add(host.asText());
            holdsBase |= host.asText().equals(baseHost);
        }
        if (baseUrl != null && !holdsBase) {
            problems.add("/allowed_hosts", "must hold the host of base_url");
        }
        return names.toString();
    }

    private @Nullable String documentationUrl() {
        if (!definition.has("documentation_url")) {
            return null;
        }
        String url = text("documentation_url");
        if (!HttpsLink.isValid(url)) {
            problems.add("/documentation_url", HttpsLink.RULE);
        }
        return url;
    }

    private @Nullable String page(FieldRules fields) {
        if (!definition.has("page")) {
            return null;
        }
        try {
            if (fields.isKnown()) {
                PageHints.read(definition.get("page"), fields.names());
            }
        } catch (InvalidProviderException e) {
            e.problems().forEach(problem -> problems.add("/page" + problem.pointer(), problem.rule()));
        }
        return definition.get("page").toString();
    }

    private @Nullable String verification(FieldRules fields, @Nullable String baseUrl) {
        if (!definition.has("verification")) {
            return null;
        }
        if (baseUrl == null && !definition.has("base_url")) {
            problems.add("/verification", "needs a base_url");
        }
        try {
            Probe probe = Probe.read(definition.get("verification"));
            fields.checkPlaceholders("/verification/path", probe.fields());
            return probe.json();
        } catch (InvalidProviderException e) {
            e.problems().forEach(problem -> problems.add("/verification" + problem.pointer(), problem.rule()));
            return null;
        }
    }

    /** A required text; empty where it is refused. */
    private String text(String field) {
        JsonNode value = definition.path(field);
        if (!value.isTextual()) {
            problems.add("/" + field, value.isMissingNode() ? "is required" : "must be a string");
        }
        return value.asText("");
    }
}
