package dev.nexus.broker.http;

import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.RestResponse;

/** A response with the ETag of the version that it contains (RFC 9110, 8.8.3). */
public final class TaggedResponse {

    private TaggedResponse() {}

    public static <T> RestResponse<T> of(RestResponse.Status status, T body, String etag) {
        return RestResponse.ResponseBuilder.create(status, body)
                .header(HttpHeaders.ETAG, etag)
                .build();
    }
}
