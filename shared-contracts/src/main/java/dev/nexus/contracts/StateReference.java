package dev.nexus.contracts;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A state token on its way to the Broker; in a body, because URLs end in logs.
 *
 * @param state at most 2,048 characters; a secret, never printed
 */
public record StateReference(@JsonProperty("state") String state) {

    @Override
    public String toString() {
        return "StateReference[***]";
    }
}
