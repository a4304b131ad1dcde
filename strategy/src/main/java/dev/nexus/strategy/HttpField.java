package dev.nexus.strategy;

/** A header field of a request. Its value may be a credential, so it does not print. */
public record HttpField(String name, String value) {

    @Override
    public String toString() {
        return "HttpField[" + name + ": ***]";
    }
}
