package dev.nexus.broker.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.nexus.strategy.InvalidStrategyException;
import dev.nexus.strategy.StrategyJson;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Iterator;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The form of one catalogue file: a YAML mapping whose every field is checked. */
final class CatalogueFile {

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final Set<String> FIELDS = Set.of(
            "id",
            "revision",
            "slug",
            "name",
            "auth_type",
            "credential_schema",
            "strategy",
            "base_url",
            "allowed_hosts",
            "documentation_url");
    private static final Set<String> AUTH_TYPES = Set.of("api_key", "basic_auth");
    private static final Pattern HOST =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+");

    private final String file;
    private final JsonNode entry;

    private CatalogueFile(String file, JsonNode entry) {
        this.file = file;
        this.entry = entry;
    }

    /**
     * Reads one entry.
     *
     * @param file its name, for messages
     * @throws CatalogueException naming the file, the field and the rule
     */
    static CatalogueEntry parse(String file, String yaml) {
        JsonNode entry;
        try {
            entry = YAML.readTree(yaml);
        } catch (JsonProcessingException e) {
            throw new CatalogueException(file, "must be one YAML mapping without a key twice", e);
        }
        if (!entry.isObject()) {
            throw new CatalogueException(file, "", "must be a YAML mapping");
        }
        return new CatalogueFile(file, entry).entry();
    }

    private CatalogueEntry entry() {
        for (Iterator<String> names = entry.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!FIELDS.contains(name)) {
                throw refused(name, "is not a field of a catalogue entry");
            }
        }
        return new CatalogueEntry(
                file,
                id(),
                revision(),
                slug(),
                matching("name", "\\S(.{0,98}\\S)?", "must be 1 to 100 characters without white space at either end"),
                authType(),
                schema(),
                strategy(),
                allowedHosts(),
                url("base_url"),
                url("documentation_url"));
    }

    private UUID id() {
        String id = text("id");
        return ProviderReference.uuid(id).orElseThrow(() -> refused("id", "must be a UUID"));
    }

    private int revision() {
        JsonNode revision = entry.path("revision");
        if (!revision.isInt() || revision.intValue() < 1) {
            throw refused("revision", "must be a whole number of 1 or more");
        }
        return revision.intValue();
    }

    private String slug() {
        String slug = text("slug");
        if (!ProviderReference.isSlug(slug) || ProviderReference.uuid(slug).isPresent()) {
            throw refused("slug", "must match [a-z0-9][a-z0-9-]{0,62} and not be a UUID");
        }
        return slug;
    }

    private String authType() {
        String authType = text("auth_type");
        if (!AUTH_TYPES.contains(authType)) {
            throw refused("auth_type", "must be api_key or basic_auth");
        }
        return authType;
    }

    private String schema() {
        String schema = text("credential_schema");
        try {
            CredentialSchema.compile(schema);
        } catch (InvalidSchemaException e) {
            throw refused("credential_schema" + e.pointer(), e.rule());
        }
        return schema;
    }

    private String strategy() {
        try {
            return StrategyJson.write(StrategyJson.parse(entry.path("strategy")));
        } catch (InvalidStrategyException e) {
            throw refused("strategy" + e.pointer(), e.rule());
        }
    }

    private @Nullable String allowedHosts() {
        @Nullable JsonNode hosts = entry.get("allowed_hosts");
        if (hosts == null) {
            return null;
        }
        if (!hosts.isArray() || hosts.isEmpty()) {
            throw refused("allowed_hosts", "must be a list of at least one host name");
        }
        ArrayNode names = JsonNodeFactory.instance.arrayNode();
        for (JsonNode host : hosts) {
            if (!host.isTextual() || !HOST.matcher(host.textValue()).matches()) {
                throw refused("allowed_hosts/" + names.size(), "must be a host name in lower case");
            }
            names.add(host.textValue());
        }
        return names.toString();
    }

    private @Nullable String url(String field) {
        if (!entry.has(field)) {
            return null;
        }
        String url = text(field);
        try {
            URI uri = new URI(url);
            if ("https".equals(uri.getScheme()) && uri.getHost() != null && uri.getUserInfo() == null) {
                return url;
            }
        } catch (URISyntaxException e) {
            throw refused(field, "must be an absolute https URL without user info");
        }
        throw refused(field, "must be an absolute https URL without user info");
    }

    private String matching(String field, String pattern, String rule) {
        String value = text(field);
        if (!value.matches(pattern)) {
            throw refused(field, rule);
        }
        return value;
    }

    private String text(String field) {
        JsonNode value = entry.path(field);
        if (!value.isTextual()) {
            throw refused(field, "must be a string");
        }
        return value.textValue();
    }

    private CatalogueException refused(String field, String rule) {
        return new CatalogueException(file, "/" + field, rule);
    }
}
