package dev.nexus.example.page;

/** A message that the next page shows. */
public record Notice(Kind kind, String title, String text) {

    /** Whether the action succeeded. */
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
