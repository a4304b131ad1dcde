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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The request that verifies a credential at its provider, and the rules for its response. entry.schema.json describes
 * the JSON form.
 *
 * @param method GET, HEAD or POST
 * @param path appended to the base URL. Begins with a slash. May contain a query, and placeholders for fields of the
 *     credential, whose values are percent-encoded
 * @param headers additional headers without secrets. The strategy adds its own headers
 * @param body the body of a POST, or empty
 * @param accepted the statuses of a valid credential, 200–599
 * @param rejected the statuses of an invalid credential, 200–599. Empty if no status shows that a credential is invalid
 * @param acceptedIf the answers to a valid credential that the status does not show. Takes precedence over {@code
 *     rejected} and {@code rejectedIf}
 * @param rejectedIf the answers to an invalid credential that the status does not show
 * @param whenUnknown the effect on a capture if the verification is inconclusive
 */
public record Probe(
        String method,
        String path,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> headers,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) String body,
        Set<Integer> accepted,
        Set<Integer> rejected,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<AnswerRule> acceptedIf,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<AnswerRule> rejectedIf,
        WhenUnknown whenUnknown) {

    /** The effect on a capture if the verification is inconclusive. */
    public enum WhenUnknown {
        /** Stores the credential as unverified. */
        @JsonProperty("store")
        STORE,
        /** Answers 503 and stores nothing. The state stays valid. */
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
        acceptedIf = List.copyOf(acceptedIf);
        rejectedIf = List.copyOf(rejectedIf);
    }

    /** Binds the JSON form. Sets all defaults, and converts {@code content_type} to a header. */
    @JsonCreator
    static Probe of(
            @JsonProperty("method") @Nullable String method,
            @JsonProperty("path") String path,
            @JsonProperty("headers") @Nullable Map<String, String> headers,
            @JsonProperty("content_type") @Nullable String contentType,
            @JsonProperty("body") @Nullable String body,
            @JsonProperty("accepted") @Nullable Set<Integer> accepted,
            @JsonProperty("rejected") @Nullable Set<Integer> rejected,
            @JsonProperty("accepted_if") @Nullable List<AnswerRule> acceptedIf,
            @JsonProperty("rejected_if") @Nullable List<AnswerRule> rejectedIf,
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
                rejected == null ? defaultRejected(rejectedIf) : rejected,
                acceptedIf == null ? List.of() : acceptedIf,
                rejectedIf == null ? List.of() : rejectedIf,
                whenUnknown == null ? WhenUnknown.STORE : whenUnknown);
    }

    /** A definition with rules for rejections would not need them if each 401 was a rejection. */
    private static Set<Integer> defaultRejected(@Nullable List<AnswerRule> rejectedIf) {
        return rejectedIf == null || rejectedIf.isEmpty() ? Set.of(401) : Set.of();
    }

    /**
     * Parses the result of {@link #json}.
     *
     * @throws IllegalStateException if {@code json} does not have this form
     */
    public static Probe parse(String json) {
        try {
            return JSON.readValue(json, Probe.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "a stored verification does not have the form that this release requires", e);
        }
    }

    /** Returns the JSON text with all defaults, in a fixed order. */
    String json() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a verification cannot be converted to JSON", e);
        }
    }

    /** Returns the broken rules that involve several fields. */
    Problems problems() {
        Problems problems = new Problems();
        if (!body.isEmpty() && !method.equals("POST")) {
            problems.add("/body", "is allowed only with the method POST");
        }
        if (accepted.stream().anyMatch(rejected::contains)) {
            problems.add("/rejected", "must not contain a status that is in accepted");
        }
        if (rejectedIf.stream().anyMatch(rule -> accepted.contains(rule.status()) || acceptedIf.contains(rule))) {
            problems.add("/rejected_if", "must not contain an answer that is always accepted");
        }
        if (method.equals("HEAD") && rules().anyMatch(rule -> rule.body() != null)) {
            problems.add("/method", "must not be HEAD, because accepted_if or rejected_if reads the body");
        }
        return problems;
    }

    private Stream<AnswerRule> rules() {
        return Stream.concat(acceptedIf.stream(), rejectedIf.stream());
    }

    /** Returns true if the meaning of an answer with this status depends on its body. */
    public boolean readsBody(int status) {
        return !accepted.contains(status) && rules().anyMatch(rule -> rule.status() == status && rule.body() != null);
    }

    /** Returns the credential's fields in the path. */
    Set<String> fields() {
        return HostTemplate.fields(path);
    }

    /**
     * Returns the URL of the probe for a credential.
     *
     * @return an absolute https URL on the host of the base URL
     * @throws UnfitCredentialException if a field of the credential does not result in a URL
     */
    public URI address(BaseUrl baseUrl, Credential credential) {
        String filled = HostTemplate.fill(
                path,
                placeholder -> URLEncoder.encode(placeholder.value(credential), StandardCharsets.UTF_8)
                        .replace("+", "%20"));
        return URI.create(baseUrl.fill(credential) + filled);
    }
}
