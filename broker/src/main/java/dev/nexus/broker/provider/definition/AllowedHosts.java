package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.nexus.strategy.Credential;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that a credential may be sent to, stored with the provider's version as a JSON array.
 *
 * @param templates see {@link HostTemplate}, or empty if the provider has no allowed hosts
 */
public record AllowedHosts(List<String> templates) {

    private static final JsonMapper JSON = new JsonMapper();

    public AllowedHosts {
        templates = List.copyOf(templates);
    }

    /**
     * A host whose name contains a field of the credential.
     *
     * @param name the host name, in lower case
     * @param field the first field in its template
     */
    public record NamedHost(String name, String field) {

        /** Returns the exception for a host that must not be called. */
        public UnfitCredentialException refused() {
            return new UnfitCredentialException(
                    field,
                    HostTemplate.HOST_RULE,
                    "must result in the name of a host on the public internet, not in a network-internal name");
        }
    }

    /**
     * Reads the stored array. Returns no hosts for null.
     *
     * @throws IllegalStateException if {@code stored} is not a JSON array of strings
     */
    public static AllowedHosts parse(@Nullable String stored) {
        if (stored == null) {
            return new AllowedHosts(List.of());
        }
        try {
            return new AllowedHosts(List.of(JSON.readValue(stored, String[].class)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("stored allowed_hosts are not a list of texts", e);
        }
    }

    /** Returns true if the hosts do not depend on the credential. */
    public static boolean areFixed(String stored) {
        return stored.indexOf('{') < 0;
    }

    /**
     * Returns the hosts that depend on the credential.
     *
     * @throws UnfitCredentialException if a field does not result in a host name
     */
    public List<NamedHost> namedBy(Credential credential) {
        List<NamedHost> hosts = new ArrayList<>();
        for (String template : templates) {
            HostTemplate.fields(template).stream()
                    .findFirst()
                    .ifPresent(field -> hosts.add(new NamedHost(HostTemplate.fill(template, credential), field)));
        }
        return hosts;
    }

    /**
     * Returns the JSON array of host names for a credential.
     *
     * @throws UnfitCredentialException if a field does not result in a host name
     */
    public String forCredential(Credential credential) {
        ArrayNode hosts = JsonNodeFactory.instance.arrayNode();
        templates.forEach(template -> hosts.add(HostTemplate.fill(template, credential)));
        return hosts.toString();
    }
}
