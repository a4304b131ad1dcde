package dev.nexus.example.page;

/** A word for the reader of the next page. */
public record Notice(Kind kind, String title, String text) {

    /** How it is meant. */
    public enum Kind {
        GOOD,
        BAD
    }

    public static Notice good(String title, String text) {
        return new Notice(Kind.GOOD, title, text);
    }

    public static Notice bad(String title, String text) {
        return new Notice(Kind.BAD, title, text);
    }

    public boolean isGood() {
        return kind == Kind.GOOD;
    }
}
