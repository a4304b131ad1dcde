package dev.nexus.strategy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nexus.strategy.Strategy.AwsSigV4;
import dev.nexus.strategy.Strategy.BasicAuth;
import dev.nexus.strategy.Strategy.BodyField;
import dev.nexus.strategy.Strategy.CredentialHeader;
import dev.nexus.strategy.Strategy.CredentialParameter;
import dev.nexus.strategy.Strategy.Header;
import dev.nexus.strategy.Strategy.HmacPayload;
import dev.nexus.strategy.Strategy.PathSegment;
import dev.nexus.strategy.Strategy.QueryParam;
import java.util.List;
import java.util.Map;

/** Writes the member {@code config} of a strategy's JSON form. */
final class ConfigWriter {

    private ConfigWriter() {}

    static void write(Strategy strategy, ObjectNode config) {
        if (strategy instanceof Header header) {
            header(config, header.first());
            additionalHeaders(config, header.additional());
            staticHeaders(config, header.staticHeaders());
        } else if (strategy instanceof QueryParam query) {
            config.put("param_name", query.first().name());
            config.put("credential_field", query.first().credentialField());
            parameters(config, "additional_params", "param_name", query.additional());
            staticHeaders(config, query.staticHeaders());
        } else if (strategy instanceof BasicAuth basic) {
            part(config, "username", basic.username());
            part(config, "password", basic.password());
            staticHeaders(config, basic.staticHeaders());
        } else if (strategy instanceof BodyField body) {
            config.put("field_name", body.first().name());
            config.put("credential_field", body.first().credentialField());
            config.put("encoding", Rules.wire(body.encoding()));
            parameters(config, "additional_fields", "field_name", body.additional());
        } else if (strategy instanceof PathSegment segment) {
            config.put("credential_field", segment.credentialField());
            config.put("segment_prefix", segment.segmentPrefix());
            config.put("position", segment.position());
        } else if (strategy instanceof HmacPayload hmac) {
            hmac(config, hmac);
        } else if (strategy instanceof AwsSigV4 aws) {
            config.put("service", aws.service());
            config.put("region", aws.region());
            config.put("access_key_field", aws.accessKeyField());
            config.put("secret_key_field", aws.secretKeyField());
            config.put("session_token_field", aws.sessionTokenField());
        } else {
            throw new AssertionError("Strategy is sealed: " + strategy.type());
        }
    }

    private static void header(ObjectNode config, CredentialHeader header) {
        config.put("header_name", header.headerName());
        config.put("credential_field", header.credentialField());
        config.put("value_prefix", header.valuePrefix());
    }

    private static void additionalHeaders(ObjectNode config, List<CredentialHeader> headers) {
        if (!headers.isEmpty()) {
            ArrayNode list = config.putArray("additional_headers");
            headers.forEach(header -> header(list.addObject(), header));
        }
    }

    private static void staticHeaders(ObjectNode config, Map<String, String> headers) {
        if (!headers.isEmpty()) {
            headers.forEach(config.putObject("static_headers")::put);
        }
    }

    private static void parameters(
            ObjectNode config, String field, String nameField, List<CredentialParameter> parameters) {
        if (!parameters.isEmpty()) {
            ArrayNode list = config.putArray(field);
            parameters.forEach(parameter -> list.addObject()
                    .put(nameField, parameter.name())
                    .put("credential_field", parameter.credentialField()));
        }
    }

    private static void part(ObjectNode config, String half, BasicAuth.Part part) {
        if (part instanceof BasicAuth.Part.Composed composed) {
            config.put(half + "_template", composed.template().text());
        } else {
            config.put(half + "_field", ((BasicAuth.Part.Field) part).name());
        }
    }

    private static void hmac(ObjectNode config, HmacPayload hmac) {
        config.put("header_name", hmac.headerName());
        config.put("secret_field", hmac.secretField());
        config.put("algo", Rules.wire(hmac.algorithm()));
        config.put("encoding", Rules.wire(hmac.encoding()));
        config.put("secret_encoding", Rules.wire(hmac.secretEncoding()));
        config.put("value_prefix", hmac.valuePrefix());
        config.put("canonical_template", hmac.canonical().text());
        hmac.timestamp().ifPresent(name -> config.put("timestamp_header", name));
        if (hmac.readsTheClock()) {
            config.put("timestamp_format", Rules.wire(hmac.timestampFormat()));
        }
        additionalHeaders(config, hmac.additional());
    }
}
