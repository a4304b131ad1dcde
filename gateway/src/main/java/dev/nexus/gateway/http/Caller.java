package dev.nexus.gateway.http;

import java.security.Principal;
import java.util.Set;

/** The authenticated caller of a request. Its name is the id of the API key, 12 characters of base62. */
public interface Caller extends Principal {

    /** The tenant that the caller acts for. */
    String tenant();

    /** See {@link dev.nexus.contracts.Scope}. */
    Set<String> scopes();
}
