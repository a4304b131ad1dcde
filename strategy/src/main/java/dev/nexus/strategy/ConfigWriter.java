package dev.nexus.strategy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/** Writes the member {@code config} of a strategy's JSON form. Omits empty lists and empty static headers. */
final class ConfigWriter {

    private final ObjectNode config;

    ConfigWriter(ObjectNode config) {
        this.config = config;
    }

    ConfigWriter text(String field, String value) {
        config.put(field, value);
        return this;
    }

    ConfigWriter integer(String field, int value) {
        config.put(field, value);
        return this;
    }

    ConfigWriter constant(String field, Enum<?> value) {
        return text(field, WireName.of(value));
    }

    ConfigWriter header(CredentialHeader header) {
        return text("header_name", header.headerName())
                .text("credential_field", header.credentialField())
                .text("value_prefix", header.valuePrefix());
    }

    ConfigWriter additionalHeaders(List<CredentialHeader> headers) {
        if (!headers.isEmpty()) {
            ArrayNode list = config.putArray("additional_headers");
            headers.forEach(header -> new ConfigWriter(list.addObject()).header(header));
        }
        return this;
    }

    ConfigWriter staticHeaders(Map<String, String> headers) {
        if (!headers.isEmpty()) {
            headers.forEach(config.putObject("static_headers")::put);
        }
        return this;
    }

    ConfigWriter parameter(String nameField, CredentialParameter parameter) {
        return text(nameField, parameter.name()).text("credential_field", parameter.credentialField());
    }

    ConfigWriter parameters(String field, String nameField, List<CredentialParameter> parameters) {
        if (!parameters.isEmpty()) {
            ArrayNode list = config.putArray(field);
            parameters.forEach(parameter -> new ConfigWriter(list.addObject()).parameter(nameField, parameter));
        }
        return this;
    }
}
