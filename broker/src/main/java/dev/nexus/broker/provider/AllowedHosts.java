package dev.nexus.broker.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.nexus.broker.web.ApiException;

/** The hosts that a credential may be sent to, as stored with the provider's version: a JSON array of templates. */
public final class AllowedHosts {

    private static final JsonMapper JSON = new JsonMapper();

    private AllowedHosts() {}

    /** Whether the stored array says all there is to say, for any credential. */
    public static boolean areFixed(String stored) {
        return stored.indexOf('{') < 0;
    }

    /** Fails with {@link ApiException} invalid_credentials where a field makes no host name. */
    public static void check(String stored, JsonNode credentials) {
        if (areFixed(stored)) {
            return;
        }
        try {
            forCredential(stored, credentials);
        } catch (UnfitCredentialException e) {
            throw e.answer();
        }
    }

    /**
     * The JSON array of host names for a credential.
     *
     * @throws UnfitCredentialException where a field makes no host name
     */
    public static String forCredential(String stored, JsonNode credentials) {
        ArrayNode hosts = JsonNodeFactory.instance.arrayNode();
        for (JsonNode template : templates(stored)) {
            hosts.add(HostTemplate.fill(template.textValue(), credentials));
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
