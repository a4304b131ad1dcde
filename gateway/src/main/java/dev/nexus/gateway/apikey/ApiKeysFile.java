package dev.nexus.gateway.apikey;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.nexus.contracts.Scope;
import dev.nexus.gateway.apikey.ApiKeyEntry.Rate;
import dev.nexus.gateway.http.Origin;
import dev.nexus.runtime.InvalidFileException;
import io.vertx.core.buffer.Buffer;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Parses the API keys file (docs/guides/api-keys.md). An error names the entry and the field. If the file is not valid
 * YAML, the error names the line instead. It never contains a value.
 */
final class ApiKeysFile {

    static final Set<String> SCOPES = Set.of(
            Scope.CONNECTIONS_WRITE,
            Scope.CONNECTIONS_READ,
            Scope.TOKENS_READ,
            Scope.PROVIDERS_ADMIN,
            Scope.WEBHOOKS_ADMIN,
            Scope.AUDIT_READ);

    private static final long MAX_RATE = 1_000_000;
    private static final Pattern ID = Pattern.compile("[0-9A-Za-z]{12}");
    private static final Pattern TENANT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    private static final ObjectMapper YAML = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .addModule(new JavaTimeModule())
            .build();

    private ApiKeysFile() {}

    /**
     * Returns the keys by id.
     *
     * @param httpLoopback whether http is allowed for origins with a loopback host. A Gateway in production passes
     *     false
     * @throws InvalidFileException if the file is not valid YAML, or an entry breaks a rule
     */
    static Map<String, KnownKey> parse(String yaml, boolean httpLoopback) throws InvalidFileException {
        ApiKeyEntry.Listing listing = read(yaml);
        Map<String, KnownKey> keys = new HashMap<>();
        for (int i = 0; i < listing.keys().size(); i++) {
            KnownKey key = check("keys[" + i + "]", listing.keys().get(i), httpLoopback);
            if (keys.put(key.key().id(), key) != null) {
                throw new InvalidFileException("keys[" + i + "].id: duplicate id");
            }
        }
        return Map.copyOf(keys);
    }

    private static ApiKeyEntry.Listing read(String yaml) throws InvalidFileException {
        try {
            JsonNode tree = YAML.readTree(yaml);
            refuseNull(tree, "the top level");
            ApiKeyEntry.Listing listing = YAML.treeToValue(tree, ApiKeyEntry.Listing.class);
            return listing;
        } catch (JsonMappingException mapping) {
            throw new InvalidFileException(path(mapping) + " is missing, unknown or of the wrong type");
        } catch (JsonProcessingException malformed) {
            throw new InvalidFileException(
                    Optional.ofNullable(malformed.getLocation())
                                    .map(at -> "line " + at.getLineNr())
                                    .orElse("the file") + " is not valid YAML");
        }
    }

    /** YAML parses an empty value as null: {@code revoked:} without a value must not mean "not revoked". */
    private static void refuseNull(JsonNode node, String at) throws InvalidFileException {
        require(!node.isNull() && !node.isMissingNode(), at + " is empty");
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            refuseNull(node.get(i), at + "[" + i + "]");
        }
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            refuseNull(member.getValue(), at.equals("the top level") ? member.getKey() : at + "." + member.getKey());
        }
    }

    private static String path(JsonMappingException mapping) {
        String path = mapping.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : "." + step.getFieldName())
                .collect(Collectors.joining());
        return path.isEmpty() ? "the top level" : path.substring(1);
    }

    private static KnownKey check(String at, ApiKeyEntry entry, boolean httpLoopback) throws InvalidFileException {
        require(ID.matcher(entry.id()).matches(), at + ".id must be 12 letters and digits");
        require(TENANT.matcher(entry.tenant()).matches(), at + ".tenant must be [A-Za-z0-9][A-Za-z0-9._-]{0,62}");
        require(SHA256.matcher(entry.sha256()).matches(), at + ".sha256 must be 64 lower-case hex digits");
        require(
                SCOPES.containsAll(entry.scopes()),
                at + ".scopes must be some of " + SCOPES.stream().sorted().toList());
        Rate rate = entry.rate() == null ? Rate.DEFAULT : entry.rate();
        require(
                isRate(rate.perSecond()) && isRate(rate.burst()),
                at + ".rate.per_second and .burst must be 1–1,000,000");
        List<String> given = entry.returnOrigins() == null ? List.of() : entry.returnOrigins();
        List<String> origins = new ArrayList<>();
        for (String origin : given) {
            origins.add(origin(at, origin, httpLoopback));
        }
        return new KnownKey(
                new ApiKey(entry.id(), entry.tenant(), Set.copyOf(entry.scopes()), origins),
                Buffer.buffer(HexFormat.of().parseHex(entry.sha256())),
                rate,
                Optional.ofNullable(entry.expiresAt()).map(OffsetDateTime::toInstant),
                entry.revoked());
    }

    private static String origin(String at, String text, boolean httpLoopback) throws InvalidFileException {
        Origin origin = Origin.parse(text)
                .orElseThrow(() -> new InvalidFileException(
                        at + ".return_origins must have origins such as https://your-app.com, without a path"));
        require(
                origin.scheme().equals("https") || (httpLoopback && origin.isLoopback()),
                at + ".return_origins must be https. Only outside production, http is allowed for loopback hosts");
        return origin.canonical();
    }

    private static boolean isRate(long number) {
        return number >= 1 && number <= MAX_RATE;
    }

    private static void require(boolean holds, String rule) throws InvalidFileException {
        if (!holds) {
            throw new InvalidFileException(rule);
        }
    }
}
