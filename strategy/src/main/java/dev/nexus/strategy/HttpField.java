package dev.nexus.strategy;

/** A header field of a request. {@code toString} omits the value, which may be a credential. */
public record HttpField(String name, String value) {

    @Override
    public String toString() {
        return "HttpField[" + name + ": ***]";
    }
}
