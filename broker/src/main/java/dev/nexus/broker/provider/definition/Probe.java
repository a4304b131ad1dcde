package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nexus.strategy.Credential;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The request that verifies a credential at its provider, and the rules for reading the response. Its JSON form is described in
 * entry.schema.json.
 *
 * @param method GET, HEAD or POST
 * @param path appended to the base URL; begins with a slash, may hold a query and placeholders for fields of the
 *     credential, which are percent-encoded
 * @param headers besides those of the strategy; no secrets
 * @param body sent with POST; empty for none
 * @param accepted statuses, 200–599, that mean a good credential
 * @param rejected statuses, 200–599, that mean one that the provider refuses; empty where none of them means it for sure
 * @param whenUnknown what becomes of a capture where the provider could not tell
 */
public record Probe(
        String method,
        String path,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> headers,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) String body,
        Set<Integer> accepted,
        Set<Integer> rejected,
        WhenUnknown whenUnknown) {

    /** What becomes of a capture where the provider could not tell. */
    public enum WhenUnknown {
        /** The credential is stored, as unverified. */
        @JsonProperty("store")
        STORE,
        /** 503: nothing is stored, and the state stays good. */
        @JsonProperty("refuse")
        REFUSE
    }

    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    public Probe {
        headers = Collections.unmodifiableSortedMap(new TreeMap<>(headers));
        accepted = Collections.unmodifiableSortedSet(new TreeSet<>(accepted));
        rejected = Collections.unmodifiableSortedSet(new TreeSet<>(rejected));
    }

    /** Binds the JSON form. Fills in every default, and converts {@code content_type} to a header. */
    @JsonCreator
    static Probe of(
            @JsonProperty("method") @Nullable String method,
            @JsonProperty("path") String path,
            @JsonProperty("headers") @Nullable Map<String, String> headers,
            @JsonProperty("content_type") @Nullable String contentType,
            @JsonProperty("body") @Nullable String body,
            @JsonProperty("accepted") @Nullable Set<Integer> accepted,
            @JsonProperty("rejected") @Nullable Set<Integer> rejected,
            @JsonProperty("when_unknown") @Nullable WhenUnknown whenUnknown) {
        Map<String, String> fields = new TreeMap<>(headers == null ? Map.of() : headers);
        if (contentType != null) {
            fields.put("Content-Type", contentType);
        }
        return new Probe(
                method == null ? "GET" : method,
                path,
                fields,
                body == null ? "" : body,
                accepted == null ? Set.of(200) : accepted,
                rejected == null ? Set.of(401) : rejected,
                whenUnknown == null ? WhenUnknown.STORE : whenUnknown);
    }

    /** Reads what {@link #json} wrote. */
    public static Probe parse(String json) {
        try {
            return JSON.readValue(json, Probe.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored verification is not one of this release", e);
        }
    }

    /** The JSON text with every default filled in, in a fixed order. */
    String json() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a verification cannot be written", e);
        }
    }

    /** The broken rules that involve several fields. */
    Problems problems() {
        Problems problems = new Problems();
        if (!body.isEmpty() && !method.equals("POST")) {
            problems.add("/body", "is allowed only with the method POST");
        }
        if (accepted.stream().anyMatch(rejected::contains)) {
            problems.add("/rejected", "must hold no status that accepted holds");
        }
        return problems;
    }

    /** The credential's fields that stand in the path. */
    Set<String> fields() {
        return HostTemplate.fields(path);
    }

    /**
     * Where the provider is asked, for a credential.
     *
     * @return absolute, https, on the host that the base URL names
     * @throws UnfitCredentialException where a field of the credential makes no address
     */
    public URI address(BaseUrl baseUrl, Credential credential) {
        return URI.create(baseUrl.fill(credential) + fillPath(field -> HostTemplate.text(credential, field)));
    }

    private String fillPath(UnaryOperator<String> value) {
        return HostTemplate.fill(
                path,
                field -> URLEncoder.encode(value.apply(field), StandardCharsets.UTF_8)
                        .replace("+", "%20"));
    }
}
