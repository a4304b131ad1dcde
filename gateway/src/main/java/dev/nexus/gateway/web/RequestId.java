package dev.nexus.gateway.web;

import io.vertx.ext.web.RoutingContext;

/** The request's id: the caller's where it is {@code [A-Za-z0-9._-]{1,64}}, else made. Set by the first handler. */
public final class RequestId {

    static final String KEY = "nexus.request-id";

    private RequestId() {}

    /** The id of this request, 1–64 characters. */
    public static String of(RoutingContext context) {
        String id = context.get(KEY);
        return id == null ? "unknown" : id;
    }
}
