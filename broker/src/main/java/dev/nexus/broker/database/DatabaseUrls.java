package dev.nexus.broker.database;

import io.vertx.pgclient.PgConnectOptions;
import java.util.List;

/** Reads the URLs of PostgreSQL servers. No message has a part of a URL, because a URL can contain a password. */
public final class DatabaseUrls {

    private static final String SETTING = "quarkus.datasource.reactive.url";

    /** Quarkus accepts and removes this prefix. */
    private static final String PREFIX = "vertx-reactive:";

    private DatabaseUrls() {}

    /**
     * Checks the URLs of the service. Call this before the start: Quarkus logs an invalid URL.
     *
     * @throws IllegalArgumentException if a URL is not a PostgreSQL URL
     */
    public static void check(CommandSettings settings) {
        List<String> urls = settings.list(SETTING);
        for (int i = 0; i < urls.size(); i++) {
            String url = urls.get(i);
            parse(SETTING, url.startsWith(PREFIX) ? url.substring(PREFIX.length()) : url, i + 1);
        }
    }

    /**
     * Reads a URL.
     *
     * @param number the number of the server in the message, from 1
     * @throws IllegalArgumentException if the URL is not a PostgreSQL URL. Without a cause, which would quote the URL
     */
    static PgConnectOptions parse(String setting, String url, int number) {
        try {
            return PgConnectOptions.fromUri(url);
        } catch (IllegalArgumentException withUrl) {
            throw invalid(setting, number);
        }
    }

    private static IllegalArgumentException invalid(String setting, int number) {
        return new IllegalArgumentException(setting + ": server " + number
                + " is not a PostgreSQL URL. Write postgresql://host:port/database, and separate several URLs by"
                + " commas. In a user and a password, encode special characters, such as %40 for @");
    }
}
