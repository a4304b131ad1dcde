package dev.nexus.gateway.broker;

import com.fasterxml.jackson.core.JsonProcessingException;
import jakarta.ws.rs.ProcessingException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/**
 * The reason why a call to the Broker got no response.
 *
 * @param kind for readiness: tls, dns, refused, timeout or other
 * @param cause for the log: the root cause. The message is omitted if it can quote the request. For example, the
 *     message of a time-out contains the query
 */
record CallFailure(String kind, String cause) {

    static CallFailure of(Throwable failure) {
        if (isCausedBy(failure, SSLException.class) || isCausedBy(failure, GeneralSecurityException.class)) {
            return new CallFailure("tls", root(failure));
        }
        if (isCausedBy(failure, UnknownHostException.class)) {
            return new CallFailure("dns", root(failure));
        }
        if (isCausedBy(failure, TimeoutException.class)) {
            return new CallFailure("timeout", "no response in time");
        }
        if (isCausedBy(failure, NoRouteToHostException.class)
                || (isCausedBy(failure, ConnectException.class) && !isConnectTimeout(failure))) {
            return new CallFailure("refused", root(failure));
        }
        return isConnectTimeout(failure)
                ? new CallFailure("timeout", root(failure))
                : new CallFailure(
                        "other", isCausedBy(failure, IOException.class) ? root(failure) : name(deepest(failure)));
    }

    /** Netty reports a time-out while connecting as a subclass of ConnectException. */
    private static boolean isConnectTimeout(Throwable failure) {
        return isCausedBy(failure, "ConnectTimeoutException");
    }

    private static boolean isCausedBy(Throwable failure, String simpleName) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each.getClass().getSimpleName().equals(simpleName)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (type.isInstance(each)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Describes the root cause. If an outer exception quotes the message of the root cause and adds to it, such as
     * "PKIX path" or an address, describes the outer exception instead.
     */
    private static String root(Throwable failure) {
        Throwable best = deepest(failure);
        List<Throwable> outwards = new ArrayList<>();
        for (Throwable each = failure; each != null; each = each.getCause()) {
            outwards.add(0, each);
        }
        for (Throwable each : outwards) {
            boolean network = each instanceof IOException || each instanceof GeneralSecurityException;
            if (network && String.valueOf(each.getMessage()).contains(String.valueOf(best.getMessage()))) {
                best = each;
            }
        }
        return name(best) + ": " + best.getMessage();
    }

    /** Returns true if the REST client could not bind the body to the type of the route. */
    static boolean isUnreadable(Throwable failure) {
        return isCausedBy(failure, JsonProcessingException.class)
                || (failure instanceof ProcessingException && failure.getCause() == null);
    }

    /** The class of the root cause, for a failure whose message may quote the response. */
    static String rootName(Throwable failure) {
        return name(deepest(failure));
    }

    private static String name(Throwable failure) {
        return failure.getClass().getSimpleName();
    }

    private static Throwable deepest(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest;
    }
}
