package dev.nexus.strategy;

import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The text of a request that AWS Signature Version 4 signs.
 *
 * @param text the canonical request
 * @param signedHeaders the names of the signed headers, separated by semicolons
 */
record AwsCanonicalRequest(String text, String signedHeaders) {

    /** S3 signs its paths unchanged. Every other service encodes them a second time and removes dot segments. */
    private static final String S3 = "s3";

    /** Headers that the HTTP client or a proxy changes. The list is that of botocore, AWS's signer in Python. */
    private static final Set<String> UNSIGNED = Set.of(
            "authorization",
            "baggage",
            "connection",
            "expect",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "traceparent",
            "tracestate",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "user-agent",
            "x-amzn-trace-id");

    /** @param request must have the header X-Amz-Content-Sha256 */
    static AwsCanonicalRequest of(OutgoingRequest request, String service) {
        Map<String, List<String>> headers = headers(request);
        StringBuilder lines = new StringBuilder();
        headers.forEach((name, values) ->
                lines.append(name).append(':').append(String.join(",", values)).append('\n'));
        String signedHeaders = String.join(";", headers.keySet());
        String path = request.uri().getRawPath().isEmpty() ? "/" : request.uri().getRawPath();
        return new AwsCanonicalRequest(
                String.join(
                        "\n",
                        request.method(),
                        service.equals(S3) ? path : encodedPath(path),
                        query(
                                request.uri().getRawQuery() == null
                                        ? ""
                                        : request.uri().getRawQuery()),
                        lines,
                        signedHeaders,
                        request.header("X-Amz-Content-Sha256").orElseThrow()),
                signedHeaders);
    }

    private static Map<String, List<String>> headers(OutgoingRequest request) {
        Map<String, List<String>> headers = new TreeMap<>();
        for (HttpField field : request.headers()) {
            String name = field.name().toLowerCase(Locale.ROOT);
            if (!UNSIGNED.contains(name)) {
                headers.computeIfAbsent(name, first -> new ArrayList<>())
                        .add(field.value().strip().replaceAll("\\s+", " "));
            }
        }
        headers.put("host", List.of(host(request.uri())));
        return headers;
    }

    /** The header Host that the HTTP client sends: without a default port. */
    private static String host(URI uri) {
        int defaultPort = "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        return uri.getPort() < 0 || uri.getPort() == defaultPort ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
    }

    private static String encodedPath(String path) {
        Deque<String> segments = new ArrayDeque<>();
        for (String segment : path.split("/", -1)) {
            if (segment.equals("..")) {
                segments.pollLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.addLast(Percent.encode(segment));
            }
        }
        return segments.isEmpty() ? "/" : "/" + String.join("/", segments) + (path.endsWith("/") ? "/" : "");
    }

    private static String query(String query) {
        return String.join(
                "&",
                Arrays.stream(query.split("&", -1))
                        .filter(pair -> !pair.isEmpty())
                        .map(pair -> pair.split("=", 2))
                        .map(pair -> new String[] {recoded(pair[0]), pair.length == 1 ? "" : recoded(pair[1])})
                        .sorted(Comparator.<String[], String>comparing(pair -> pair[0])
                                .thenComparing(pair -> pair[1]))
                        .map(pair -> pair[0] + "=" + pair[1])
                        .toList());
    }

    /** Encodes all reserved characters. Only a plus stays, because some servers read it as a space, and some do not. */
    private static String recoded(String part) {
        List<String> pieces = new ArrayList<>();
        for (String piece : part.split("\\+", -1)) {
            pieces.add(Percent.encode(Percent.decode(piece)));
        }
        return String.join("+", pieces);
    }
}
