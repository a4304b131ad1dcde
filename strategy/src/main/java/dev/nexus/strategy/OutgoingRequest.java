package dev.nexus.strategy;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request to a provider, before or after the credential is added. Immutable. {@code toString} contains only the
 * method, scheme and host, because headers, path, query and body may contain the credential.
 */
public final class OutgoingRequest {

    private final String method;
    private final URI uri;
    private final List<HttpField> headers;
    private final byte[] body;

    private OutgoingRequest(String method, URI uri, List<HttpField> headers, byte[] body) {
        this.method = method;
        this.uri = uri;
        this.headers = headers;
        this.body = body;
    }

    /**
     * Creates a request without headers and body.
     *
     * @param method a token of RFC 9110, usually in upper case
     * @param uri absolute, http or https, with a host
     * @throws IllegalArgumentException if a parameter has an invalid form
     */
    public static OutgoingRequest of(String method, URI uri) {
        if (!HeaderText.isToken(method)) {
            throw new IllegalArgumentException("method must be a token of RFC 9110");
        }
        return new OutgoingRequest(method, checked(uri), List.of(), new byte[0]);
    }

    private static URI checked(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!(scheme.equals("http") || scheme.equals("https")) || uri.getHost() == null) {
            throw new IllegalArgumentException("uri must be an absolute http or https URL with a host name");
        }
        return uri;
    }

    /** Returns this request with the header set to one value. Header names are case-insensitive (RFC 9110). */
    public OutgoingRequest withHeader(String name, String value) {
        List<HttpField> changed = new ArrayList<>(headers);
        changed.removeIf(field -> field.name().equalsIgnoreCase(name));
        changed.add(new HttpField(name, value));
        return new OutgoingRequest(method, uri, List.copyOf(changed), body);
    }

    /** Returns this request with each of these headers set, see {@link #withHeader}. */
    OutgoingRequest withHeaders(Map<String, String> fields) {
        OutgoingRequest changed = this;
        for (Map.Entry<String, String> field : fields.entrySet()) {
            changed = changed.withHeader(field.getKey(), field.getValue());
        }
        return changed;
    }

    /** Returns this request with a header added. Keeps the existing headers of that name. */
    public OutgoingRequest withAddedHeader(String name, String value) {
        List<HttpField> changed = new ArrayList<>(headers);
        changed.add(new HttpField(name, value));
        return new OutgoingRequest(method, uri, List.copyOf(changed), body);
    }

    /**
     * Returns this request with another URI.
     *
     * @throws IllegalArgumentException if {@code changed} is not an absolute http or https URL with a host
     */
    public OutgoingRequest withUri(URI changed) {
        return new OutgoingRequest(method, checked(changed), headers, body);
    }

    /**
     * Returns this request with another path and query. Both must already be encoded. Drops the fragment, which is
     * never sent.
     */
    OutgoingRequest withPathAndQuery(String rawPath, @Nullable String rawQuery) {
        return withUri(URI.create(uri.getScheme()
                + "://"
                + uri.getRawAuthority()
                + (rawPath.isEmpty() ? "/" : rawPath)
                + (rawQuery == null ? "" : "?" + rawQuery)));
    }

    /** Returns this request with another body. An empty array means no body. */
    public OutgoingRequest withBody(byte[] changed) {
        return new OutgoingRequest(method, uri, headers, changed.clone());
    }

    public String method() {
        return method;
    }

    public URI uri() {
        return uri;
    }

    /** The headers, in the order in which they are sent. */
    public List<HttpField> headers() {
        return headers;
    }

    /** The value of the first header with this name; empty without such a header. Names are case-insensitive. */
    public Optional<String> header(String name) {
        return headers.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(HttpField::value)
                .findFirst();
    }

    /** A copy of the body; empty if the request has no body. */
    public byte[] body() {
        return body.clone();
    }

    @Override
    public String toString() {
        return "OutgoingRequest[" + method + " " + uri.getScheme() + "://" + uri.getHost() + "]";
    }
}
