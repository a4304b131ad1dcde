package dev.nexus.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A state token in the body of a request to the Broker. It is not in the URL, because URLs are logged.
 *
 * @param state at most 2,048 characters; a secret, never printed
 */
public record StateReference(@JsonProperty("state") String state) {

    @Override
    public String toString() {
        return "StateReference[***]";
    }
}
