package dev.nexus.broker.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.nexus.strategy.InvalidStrategyException;
import dev.nexus.strategy.Strategy;
import dev.nexus.strategy.StrategyJson;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rules that a provider's definition follows, wherever it comes from: a catalogue file or an administrator's request.
 * Each refusal names the place by an RFC 6901 pointer.
 */
final class DefinitionReader {

    /** The members of a definition. */
    static final Set<String> FIELDS = Set.of(
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
    private final String schema;

    private DefinitionReader(JsonNode definition, String schema) {
        this.definition = definition;
        this.schema = schema;
    }

    /**
     * Checks a definition.
     *
     * @param definition an object of {@link #FIELDS}; others are the caller's to refuse
     * @param schema the credential schema's text as it came, to be served byte for byte
     * @throws InvalidProviderException for the first rule that is broken
     */
    static ProviderDefinition read(JsonNode definition, String schema) {
        return new DefinitionReader(definition, schema).read();
    }

    private ProviderDefinition read() {
        String name = text("name");
        if (!name.matches("\\S(.{0,98}\\S)?")) {
            throw refused("/name", "must be 1 to 100 characters without white space at either end");
        }
        if (name.chars().anyMatch(Character::isISOControl)) {
            throw refused("/name", "must not contain control characters");
        }
        String authType = text("auth_type");
        if (!AUTH_TYPES.contains(authType)) {
            throw refused("/auth_type", "must be api_key, basic_auth, hmac or aws_sigv4");
        }
        Set<String> members = schemaMembers();
        String strategy = strategy(members);
        @Nullable String baseUrl = baseUrl(members);
        @Nullable String allowedHosts = allowedHosts(members, baseUrl);
        return new ProviderDefinition(
                name,
                authType,
                schema,
                strategy,
                allowedHosts,
                baseUrl,
                documentationUrl(),
                verification(members, baseUrl),
                page(members));
    }

    private Set<String> schemaMembers() {
        if (schema.length() > MAX_SCHEMA_LENGTH) {
            throw refused("/credential_schema", "must be at most 32 KiB long");
        }
        try {
            return CredentialSchema.compile(schema).members();
        } catch (InvalidSchemaException e) {
            throw refused("/credential_schema" + e.pointer(), e.rule());
        }
    }

    private String strategy(Set<String> members) {
        try {
            Strategy strategy = StrategyJson.parse(definition.path("strategy"));
            for (String field : strategy.credentialFields()) {
                requireMember("/strategy/config", members, field);
            }
            return StrategyJson.write(strategy);
        } catch (InvalidStrategyException e) {
            throw refused("/strategy" + e.pointer(), e.rule());
        }
    }

    private @Nullable String baseUrl(Set<String> members) {
        if (!definition.has("base_url")) {
            return null;
        }
        String url = text("base_url");
        BaseUrl base = BaseUrl.read(url)
                .orElseThrow(() -> refused(
                        "/base_url", "must be an absolute https URL of a host name, without user info or a query"));
        HostTemplate.fields(base.host()).forEach(field -> requireMember("/base_url", members, field));
        return url;
    }

    /** Absent beside a base URL: its host alone. */
    private @Nullable String allowedHosts(Set<String> members, @Nullable String baseUrl) {
        String baseHost =
                baseUrl == null ? "" : BaseUrl.read(baseUrl).orElseThrow().host();
        ArrayNode names = JsonNodeFactory.instance.arrayNode();
        if (!definition.has("allowed_hosts")) {
            return baseUrl == null ? null : names.add(baseHost).toString();
        }
        JsonNode hosts = definition.get("allowed_hosts");
        if (!hosts.isArray() || hosts.isEmpty() || hosts.size() > MAX_HOSTS) {
            throw refused("/allowed_hosts", "must be a list of 1 to 32 host names");
        }
        boolean holdsBase = false;
        for (JsonNode host : hosts) {
            String at = "/allowed_hosts/" + names.size();
            if (!host.isTextual() || !HostTemplate.isTemplate(host.textValue())) {
                throw refused(at, "must be a host name in lower case");
            }
            HostTemplate.fields(host.textValue()).forEach(field -> requireMember(at, members, field));
            names.add(host.textValue());
            holdsBase |= host.textValue().equals(baseHost);
        }
        if (baseUrl != null && !holdsBase) {
            throw refused("/allowed_hosts", "must hold the host of base_url");
        }
        return names.toString();
    }

    private @Nullable String documentationUrl() {
        if (!definition.has("documentation_url")) {
            return null;
        }
        String url = text("documentation_url");
        if (!HttpsLink.isValid(url)) {
            throw refused("/documentation_url", HttpsLink.RULE);
        }
        return url;
    }

    private @Nullable String page(Set<String> members) {
        if (!definition.has("page")) {
            return null;
        }
        try {
            PageHints.read(definition.get("page"), members);
            return definition.get("page").toString();
        } catch (InvalidProviderException e) {
            throw refused("/page" + e.pointer(), e.rule());
        }
    }

    private @Nullable String verification(Set<String> members, @Nullable String baseUrl) {
        if (!definition.has("verification")) {
            return null;
        }
        if (baseUrl == null) {
            throw refused("/verification", "needs a base_url");
        }
        try {
            Probe probe = Probe.read(definition.get("verification"));
            probe.fields().forEach(field -> requireMember("/verification/path", members, field));
            return probe.json();
        } catch (InvalidProviderException e) {
            throw e.pointer().startsWith("/verification") ? e : refused("/verification" + e.pointer(), e.rule());
        }
    }

    private static void requireMember(String pointer, Set<String> members, String field) {
        if (!members.contains(field)) {
            throw refused(pointer, "names a field that is no property of credential_schema");
        }
    }

    private String text(String field) {
        JsonNode value = definition.path(field);
        if (!value.isTextual()) {
            throw refused("/" + field, value.isMissingNode() ? "is required" : "must be a string");
        }
        return value.textValue();
    }

    private static InvalidProviderException refused(String pointer, String rule) {
        return new InvalidProviderException(pointer, rule);
    }
}
