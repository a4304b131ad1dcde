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
 * @param templates see {@link HostTemplate}; empty if the provider has no allowed hosts
 */
public record AllowedHosts(List<String> templates) {

    private static final JsonMapper JSON = new JsonMapper();

    public AllowedHosts {
        templates = List.copyOf(templates);
    }

    /**
     * A host that a field of the credential is a part of.
     *
     * @param name the host name, in lower case
     * @param field the first field in its template
     */
    public record NamedHost(String name, String field) {

        /** This host must not be reached. */
        public UnfitCredentialException refused() {
            return new UnfitCredentialException(
                    field,
                    HostTemplate.HOST_RULE,
                    "must make the name of a host on the public internet, not of an internal one");
        }
    }

    /** Reads the stored array. Returns no hosts for null. */
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

    /** Whether the stored array says all there is to say, for any credential. */
    public static boolean areFixed(String stored) {
        return stored.indexOf('{') < 0;
    }

    /**
     * The hosts that depend on the credential.
     *
     * @throws UnfitCredentialException where a field makes no host name
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
     * The JSON array of host names for a credential.
     *
     * @throws UnfitCredentialException where a field makes no host name
     */
    public String forCredential(Credential credential) {
        ArrayNode hosts = JsonNodeFactory.instance.arrayNode();
        templates.forEach(template -> hosts.add(HostTemplate.fill(template, credential)));
        return hosts.toString();
    }
}
