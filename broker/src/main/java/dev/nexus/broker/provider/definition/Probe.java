package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nexus.strategy.Credential;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * The request that asks a provider whether a credential is good, and how its answer is read.
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
        Map<String, String> headers,
        String body,
        Set<Integer> accepted,
        Set<Integer> rejected,
        WhenUnknown whenUnknown) {

    /** What becomes of a capture where the provider could not tell. */
    public enum WhenUnknown {
        /** The credential is stored, as unverified. */
        STORE("store"),
        /** 503: nothing is stored, and the state stays good. */
        REFUSE("refuse");

        private final String wire;

        WhenUnknown(String wire) {
            this.wire = wire;
        }
    }

    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> FIELDS =
            Set.of("method", "path", "headers", "body", "content_type", "accepted", "rejected", "when_unknown");
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST");
    private static final int MAX_TEXT = 2_048;
    private static final int MAX_HEADERS = 16;

    /** Unreserved and sub-delimiters of RFC 3986, percent-encoded octets, and placeholders. */
    private static final Pattern PATH =
            Pattern.compile("/(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2}|\\{[A-Za-z0-9_-]{1,64}})*");

    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128}");
    private static final Pattern PRINTABLE = Pattern.compile("[ -~]{0,2048}");

    /** They belong to the client that sends, or to the strategy. */
    private static final Set<String> NOT_OURS =
            Set.of("host", "content-length", "connection", "transfer-encoding", "upgrade", "te", "trailer", "expect");

    public Probe {
        headers = Map.copyOf(headers);
        accepted = Set.copyOf(accepted);
        rejected = Set.copyOf(rejected);
    }

    /**
     * Reads the JSON form, every field but {@code path} optional.
     *
     * @throws InvalidProviderException with a pointer into {@code probe}
     */
    static Probe read(JsonNode probe) {
        if (!probe.isObject()) {
            throw new InvalidProviderException("", "must be an object");
        }
        for (Iterator<String> names = probe.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!FIELDS.contains(name)) {
                throw new InvalidProviderException("/" + ViolationText.escape(name), "is not a field of verification");
            }
        }
        String method = text(probe, "method", "GET");
        if (!METHODS.contains(method)) {
            throw new InvalidProviderException("/method", "must be GET, HEAD or POST");
        }
        String path = text(probe, "path", "");
        if (!PATH.matcher(path).matches() || path.length() > MAX_TEXT) {
            throw new InvalidProviderException(
                    "/path", "must begin with a slash and be a path and query of RFC 3986 of at most 2048 characters");
        }
        String body = text(probe, "body", "");
        if (!body.isEmpty() && !method.equals("POST")) {
            throw new InvalidProviderException("/body", "goes with POST alone");
        }
        Set<Integer> accepted = statuses(probe, "accepted", Set.of(200));
        Set<Integer> rejected = statuses(probe, "rejected", Set.of(401));
        if (accepted.isEmpty()) {
            throw new InvalidProviderException("/accepted", "must be a list of at least one status");
        }
        if (accepted.stream().anyMatch(rejected::contains)) {
            throw new InvalidProviderException("/rejected", "must hold no status that accepted holds");
        }
        return new Probe(method, path, headers(probe), body, accepted, rejected, whenUnknown(probe));
    }

    /** Reads what {@link #json} wrote. */
    public static Probe parse(String json) {
        try {
            return read(JSON.readTree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored verification is not JSON");
        }
    }

    private static Map<String, String> headers(JsonNode probe) {
        Map<String, String> headers = new LinkedHashMap<>();
        JsonNode given = probe.path("headers");
        if (!given.isMissingNode() && !given.isObject()) {
            throw new InvalidProviderException("/headers", "must be an object");
        }
        for (Map.Entry<String, JsonNode> header : given.properties()) {
            String at = "/headers/" + ViolationText.escape(header.getKey());
            boolean ours = HEADER_NAME.matcher(header.getKey()).matches()
                    && !NOT_OURS.contains(header.getKey().toLowerCase(Locale.ROOT));
            if (!ours || headers.size() == MAX_HEADERS) {
                throw new InvalidProviderException(
                        at, "must be one of at most 16 header fields, and none that the HTTP client writes");
            }
            if (!header.getValue().isTextual()
                    || !PRINTABLE.matcher(header.getValue().textValue()).matches()) {
                throw new InvalidProviderException(at, "must be printable ASCII of at most 2048 characters");
            }
            headers.put(header.getKey(), header.getValue().textValue());
        }
        if (probe.has("content_type")) {
            headers.put("Content-Type", text(probe, "content_type", ""));
        }
        return headers;
    }

    private static Set<Integer> statuses(JsonNode probe, String field, Set<Integer> absent) {
        if (!probe.has(field)) {
            return absent;
        }
        Set<Integer> statuses = new TreeSet<>();
        if (!probe.get(field).isArray()) {
            throw new InvalidProviderException("/" + field, "must be a list of statuses from 200 to 599");
        }
        for (JsonNode status : probe.get(field)) {
            if (!status.isInt() || status.intValue() < 200 || status.intValue() > 599) {
                throw new InvalidProviderException("/" + field, "must be a list of statuses from 200 to 599");
            }
            statuses.add(status.intValue());
        }
        return statuses;
    }

    private static WhenUnknown whenUnknown(JsonNode probe) {
        String given = text(probe, "when_unknown", WhenUnknown.STORE.wire);
        for (WhenUnknown policy : WhenUnknown.values()) {
            if (policy.wire.equals(given)) {
                return policy;
            }
        }
        throw new InvalidProviderException("/when_unknown", "must be store or refuse");
    }

    private static String text(JsonNode probe, String field, String absent) {
        JsonNode value = probe.path(field);
        if (value.isMissingNode()) {
            return absent;
        }
        if (!value.isTextual() || value.textValue().length() > MAX_TEXT) {
            throw new InvalidProviderException("/" + field, "must be a string of at most 2048 characters");
        }
        return value.textValue();
    }

    /** The JSON text with every default filled in, in a fixed order. */
    String json() {
        ObjectNode json = JSON.createObjectNode();
        json.put("method", method).put("path", path);
        if (!headers.isEmpty()) {
            ObjectNode fields = json.putObject("headers");
            new TreeMap<>(headers).forEach(fields::put);
        }
        if (!body.isEmpty()) {
            json.put("body", body);
        }
        ArrayNode good = json.putArray("accepted");
        accepted.stream().sorted().forEach(good::add);
        ArrayNode bad = json.putArray("rejected");
        rejected.stream().sorted().forEach(bad::add);
        return json.put("when_unknown", whenUnknown.wire).toString();
    }

    /** The credential's fields that stand in the path. */
    Set<String> fields() {
        return HostTemplate.fields(path);
    }

    /**
     * Where the provider is asked, for a credential.
     *
     * @param baseUrl the provider's, its host a {@link HostTemplate}
     * @return absolute, https, on the host that the base URL names
     * @throws UnfitCredentialException where a field of the credential makes no address
     */
    public URI address(String baseUrl, Credential credential) {
        BaseUrl base = BaseUrl.read(baseUrl).orElseThrow();
        return URI.create(base.fill(credential) + fillPath(field -> HostTemplate.text(credential, field)));
    }

    private String fillPath(UnaryOperator<String> value) {
        return HostTemplate.fill(
                path,
                field -> URLEncoder.encode(value.apply(field), StandardCharsets.UTF_8)
                        .replace("+", "%20"));
    }
}
