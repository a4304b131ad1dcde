package dev.nexus.strategy;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way to a provider, before or after a credential was put into it. Immutable. Prints its method, scheme
 * and host alone: a header, the path, the query or the body may hold the credential.
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
     * A request without headers and body.
     *
     * @param method a token of RFC 9110, in upper case as a rule
     * @param uri absolute, http or https, with a host
     * @throws IllegalArgumentException where one of them is of another form
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

    /** This request with one field of that name and no other, compared as RFC 9110 does, without regard to case. */
    public OutgoingRequest withHeader(String name, String value) {
        List<HttpField> changed = new ArrayList<>(headers);
        changed.removeIf(field -> field.name().equalsIgnoreCase(name));
        changed.add(new HttpField(name, value));
        return new OutgoingRequest(method, uri, List.copyOf(changed), body);
    }

    /** This request with each of these fields, see {@link #withHeader}. */
    OutgoingRequest withHeaders(Map<String, String> fields) {
        OutgoingRequest changed = this;
        for (Map.Entry<String, String> field : fields.entrySet()) {
            changed = changed.withHeader(field.getKey(), field.getValue());
        }
        return changed;
    }

    /** This request with one field more, beside others of that name. */
    public OutgoingRequest withAddedHeader(String name, String value) {
        List<HttpField> changed = new ArrayList<>(headers);
        changed.add(new HttpField(name, value));
        return new OutgoingRequest(method, uri, List.copyOf(changed), body);
    }

    public OutgoingRequest withUri(URI changed) {
        return new OutgoingRequest(method, checked(changed), headers, body);
    }

    /**
     * Returns this request with another path and query. Both must already be encoded. Drops the fragment, which is never sent.
     */
    OutgoingRequest withPathAndQuery(String rawPath, @Nullable String rawQuery) {
        return withUri(URI.create(uri.getScheme()
                + "://"
                + uri.getRawAuthority()
                + (rawPath.isEmpty() ? "/" : rawPath)
                + (rawQuery == null ? "" : "?" + rawQuery)));
    }

    /** This request with another body; an empty one is none. */
    public OutgoingRequest withBody(byte[] changed) {
        return new OutgoingRequest(method, uri, headers, changed.clone());
    }

    public String method() {
        return method;
    }

    public URI uri() {
        return uri;
    }

    /** In the order in which they are sent. */
    public List<HttpField> headers() {
        return headers;
    }

    /** The first field of that name, compared without regard to case. */
    public Optional<String> header(String name) {
        return headers.stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(HttpField::value)
                .findFirst();
    }

    /** A copy of the body; empty where there is none. */
    public byte[] body() {
        return body.clone();
    }

    @Override
    public String toString() {
        return "OutgoingRequest[" + method + " " + uri.getScheme() + "://" + uri.getHost() + "]";
    }
}
