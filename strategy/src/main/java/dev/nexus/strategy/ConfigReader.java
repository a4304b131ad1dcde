package dev.nexus.strategy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nexus.strategy.Strategy.AwsSigV4;
import dev.nexus.strategy.Strategy.BasicAuth;
import dev.nexus.strategy.Strategy.BodyField;
import dev.nexus.strategy.Strategy.CredentialHeader;
import dev.nexus.strategy.Strategy.CredentialParameter;
import dev.nexus.strategy.Strategy.Header;
import dev.nexus.strategy.Strategy.HmacPayload;
import dev.nexus.strategy.Strategy.PathSegment;
import dev.nexus.strategy.Strategy.QueryParam;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Reads the member {@code config} of a strategy's JSON form, strictly. */
final class ConfigReader {

    private static final String TYPE = "/type";
    private static final String CONFIG = "/config";

    private final JsonNode config;

    ConfigReader(JsonNode config) {
        this.config = config;
    }

    /**
     * The strategy of that type.
     *
     * @throws InvalidStrategyException with a pointer into the strategy's JSON form
     */
    Strategy strategy(String type) {
        return within(CONFIG, () -> read(type));
    }

    private Strategy read(String type) {
        return switch (type) {
            case Header.TYPE -> header();
            case QueryParam.TYPE -> queryParam();
            case BasicAuth.TYPE -> basicAuth();
            case BodyField.TYPE -> bodyField();
            case PathSegment.TYPE -> pathSegment();
            case HmacPayload.TYPE -> hmacPayload();
            case AwsSigV4.TYPE -> awsSigV4();
            default ->
                throw new InvalidStrategyException(
                        TYPE,
                        "must be header, query_param, basic_auth, body_field, path_segment, hmac_payload or aws_sigv4");
        };
    }

    private Strategy header() {
        known("header_name", "credential_field", "value_prefix", "additional_headers", "static_headers");
        CredentialHeader first = within(
                CONFIG,
                () -> new CredentialHeader(
                        text("header_name", "Authorization"),
                        text("credential_field", "api_key"),
                        text("value_prefix", "")));
        return new Header(first, additionalHeaders(), staticHeaders());
    }

    private Strategy queryParam() {
        known("param_name", "credential_field", "additional_params", "static_headers");
        return new QueryParam(first("param_name"), parameters("additional_params", "param_name"), staticHeaders());
    }

    private Strategy basicAuth() {
        known("username_field", "password_field", "username_template", "password_template", "static_headers");
        return new BasicAuth(part("username"), part("password"), staticHeaders());
    }

    private BasicAuth.Part part(String half) {
        if (!config.has(half + "_template")) {
            return new BasicAuth.Part.Field(text(half + "_field", half));
        }
        if (config.has(half + "_field")) {
            throw new InvalidStrategyException(
                    CONFIG + "/" + half + "_field", "must not stand beside " + half + "_template");
        }
        return new BasicAuth.Part.Composed(template(half + "_template", ""));
    }

    private Strategy bodyField() {
        known("field_name", "credential_field", "encoding", "additional_fields");
        return new BodyField(
                first("field_name"),
                constant(BodyField.Encoding.class, "encoding", BodyField.Encoding.JSON),
                parameters("additional_fields", "field_name"));
    }

    private Strategy pathSegment() {
        known("credential_field", "segment_prefix", "position");
        JsonNode position = config.path("position");
        if (!position.isMissingNode() && !position.isInt()) {
            throw new InvalidStrategyException(CONFIG + "/position", "must be a whole number from 0 to 32");
        }
        return new PathSegment(text("credential_field", "api_key"), text("segment_prefix", ""), position.asInt(0));
    }

    private Strategy hmacPayload() {
        known(
                "header_name",
                "secret_field",
                "algo",
                "encoding",
                "secret_encoding",
                "value_prefix",
                "canonical_template",
                "timestamp_header",
                "timestamp_format",
                "additional_headers");
        return new HmacPayload(
                text("header_name"),
                text("secret_field", "api_secret"),
                constant(HmacPayload.Algorithm.class, "algo", HmacPayload.Algorithm.SHA256),
                constant(HmacPayload.SignatureEncoding.class, "encoding", HmacPayload.SignatureEncoding.HEX),
                constant(HmacPayload.SecretEncoding.class, "secret_encoding", HmacPayload.SecretEncoding.TEXT),
                text("value_prefix", ""),
                template("canonical_template", "{body}"),
                config.has("timestamp_header") ? Optional.of(text("timestamp_header")) : Optional.empty(),
                constant(HmacPayload.TimestampFormat.class, "timestamp_format", HmacPayload.TimestampFormat.UNIX),
                additionalHeaders());
    }

    private Strategy awsSigV4() {
        known("service", "region", "access_key_field", "secret_key_field", "session_token_field");
        return new AwsSigV4(
                text("service"),
                text("region", "us-east-1"),
                text("access_key_field", "access_key"),
                text("secret_key_field", "secret_key"),
                text("session_token_field", "session_token"));
    }

    private CredentialParameter first(String nameField) {
        return parameter(CONFIG, nameField, text(nameField), text("credential_field", "api_key"));
    }

    private static CredentialParameter parameter(String at, String nameField, String name, String field) {
        try {
            return new CredentialParameter(name, field);
        } catch (InvalidStrategyException e) {
            String pointer = e.pointer().equals("/name") ? "/" + nameField : e.pointer();
            throw new InvalidStrategyException(at + pointer, e.rule());
        }
    }

    private List<CredentialHeader> additionalHeaders() {
        List<CredentialHeader> headers = new ArrayList<>();
        for (JsonNode given : list("additional_headers")) {
            String at = CONFIG + "/additional_headers/" + headers.size();
            ConfigReader header =
                    new ConfigReader(object(at, given, "header_name", "credential_field", "value_prefix"));
            headers.add(within(
                    at,
                    () -> new CredentialHeader(
                            header.text("header_name"),
                            header.text("credential_field"),
                            header.text("value_prefix", ""))));
        }
        return headers;
    }

    private List<CredentialParameter> parameters(String field, String nameField) {
        List<CredentialParameter> parameters = new ArrayList<>();
        for (JsonNode given : list(field)) {
            String at = CONFIG + "/" + field + "/" + parameters.size();
            ConfigReader parameter = new ConfigReader(object(at, given, nameField, "credential_field"));
            parameters.add(within(
                    at, () -> parameter("", nameField, parameter.text(nameField), parameter.text("credential_field"))));
        }
        return parameters;
    }

    private Map<String, String> staticHeaders() {
        JsonNode given = config.path("static_headers");
        if (!given.isMissingNode() && !given.isObject()) {
            throw new InvalidStrategyException(CONFIG + "/static_headers", "must be an object");
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> header : given.properties()) {
            if (!header.getValue().isTextual()) {
                throw new InvalidStrategyException(CONFIG + "/static_headers", "must hold strings alone");
            }
            headers.put(header.getKey(), header.getValue().textValue());
        }
        return headers;
    }

    private List<JsonNode> list(String field) {
        JsonNode given = config.path(field);
        if (!given.isMissingNode() && !given.isArray()) {
            throw new InvalidStrategyException(CONFIG + "/" + field, "must be a list");
        }
        List<JsonNode> items = new ArrayList<>();
        given.forEach(items::add);
        return items;
    }

    private static JsonNode object(String pointer, JsonNode given, String... fields) {
        if (!given.isObject()) {
            throw new InvalidStrategyException(pointer, "must be an object");
        }
        StrategyJson.requireKnown(pointer, given, Set.of(fields));
        return given;
    }

    private void known(String... fields) {
        StrategyJson.requireKnown(CONFIG, config, Set.of(fields));
    }

    private Template template(String field, String absent) {
        String text = text(field, absent);
        return within(CONFIG + "/" + field, () -> new Template(text));
    }

    private <E extends Enum<E>> E constant(Class<E> type, String field, E absent) {
        return Rules.constant(type, text(field, Rules.wire(absent)))
                .orElseThrow(() -> new InvalidStrategyException(
                        CONFIG + "/" + field,
                        "must be "
                                + Arrays.stream(type.getEnumConstants())
                                        .map(Rules::wire)
                                        .collect(Collectors.joining(" or "))));
    }

    private String text(String field, String absent) {
        return config.has(field) ? text(field) : absent;
    }

    private String text(String field) {
        JsonNode value = config.path(field);
        if (!value.isTextual()) {
            // Within a list the caller puts the item's place before it.
            throw new InvalidStrategyException("/" + field, value.isMissingNode() ? "is required" : "must be a string");
        }
        return value.textValue();
    }

    private static <T> T within(String parent, Supplier<T> part) {
        try {
            return part.get();
        } catch (InvalidStrategyException e) {
            throw e.pointer().startsWith(CONFIG) || e.pointer().equals(TYPE)
                    ? e
                    : new InvalidStrategyException(parent + e.pointer(), e.rule());
        }
    }
}
