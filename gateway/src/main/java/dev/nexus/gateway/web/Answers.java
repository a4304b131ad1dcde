package dev.nexus.gateway.web;

import dev.nexus.contracts.ErrorBody;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.gateway.brokerclient.BrokerAnswer;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the resources have in common: the Broker's JSON passed on as it came, and the check of a state parameter. */
public final class Answers {

    private static final int MAX_STATE = 2_048;

    private Answers() {}

    /** 200 with the Broker's JSON. */
    public static Response ok(BrokerAnswer answer) {
        return json(200, answer);
    }

    /** The Broker's status and JSON, and its ETag where it gave one. */
    public static Response asAnswered(BrokerAnswer answer) {
        return json(answer.status(), answer);
    }

    private static Response json(int status, BrokerAnswer answer) {
        Response.ResponseBuilder response = Response.status(status)
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(answer.body().getBytes());
        answer.etag().ifPresent(etag -> response.header(HttpHeaders.ETAG, etag));
        return response.build();
    }

    /** A body that came without a Content-Length, held to the limit that the gate holds the others to. */
    public static byte[] body(byte[] body) {
        if (body.length > Gate.MAX_BODY_BYTES) {
            throw ErrorWriter.ofStatus(413);
        }
        return body;
    }

    /** A state from a query: given once, at most 2,048 characters. */
    public static String state(@Nullable List<String> given) {
        if (given == null
                || given.size() != 1
                || given.get(0).isEmpty()
                || given.get(0).length() > MAX_STATE) {
            String rule = "The query parameter state is required, once, with at most 2,048 characters";
            throw new ApiException(ErrorCode.INVALID_REQUEST, rule, List.of(new ErrorBody.Detail("", "state", rule)));
        }
        return given.get(0);
    }
}
