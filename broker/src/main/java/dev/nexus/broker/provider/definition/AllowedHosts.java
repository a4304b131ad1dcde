package dev.nexus.broker.provider.definition;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.nexus.strategy.Credential;
import java.util.ArrayList;
import java.util.List;

/** The hosts that a credential may be sent to, as stored with the provider's version: a JSON array of templates. */
public final class AllowedHosts {

    private static final JsonMapper JSON = new JsonMapper();

    private AllowedHosts() {}

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

    /** Whether the stored array says all there is to say, for any credential. */
    public static boolean areFixed(String stored) {
        return stored.indexOf('{') < 0;
    }

    /**
     * The hosts that depend on the credential.
     *
     * @throws UnfitCredentialException where a field makes no host name
     */
    public static List<NamedHost> namedBy(String stored, Credential credential) {
        List<NamedHost> hosts = new ArrayList<>();
        if (areFixed(stored)) {
            return hosts;
        }
        for (JsonNode template : templates(stored)) {
            String text = template.textValue();
            HostTemplate.fields(text).stream()
                    .findFirst()
                    .ifPresent(field -> hosts.add(new NamedHost(HostTemplate.fill(text, credential), field)));
        }
        return hosts;
    }

    /**
     * The JSON array of host names for a credential.
     *
     * @throws UnfitCredentialException where a field makes no host name
     */
    public static String forCredential(String stored, Credential credential) {
        ArrayNode hosts = JsonNodeFactory.instance.arrayNode();
        for (JsonNode template : templates(stored)) {
            hosts.add(HostTemplate.fill(template.textValue(), credential));
        }
        return hosts.toString();
    }

    private static JsonNode templates(String stored) {
        try {
            return JSON.readTree(stored);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("stored allowed_hosts are not JSON");
        }
    }
}
