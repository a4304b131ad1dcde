package dev.nexus.strategy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nexus.strategy.Strategy.AwsSigV4;
import dev.nexus.strategy.Strategy.BasicAuth;
import dev.nexus.strategy.Strategy.BodyField;
import dev.nexus.strategy.Strategy.CredentialHeader;
import dev.nexus.strategy.Strategy.CredentialParameter;
import dev.nexus.strategy.Strategy.Header;
import dev.nexus.strategy.Strategy.HmacPayload;
import dev.nexus.strategy.Strategy.PathSegment;
import dev.nexus.strategy.Strategy.QueryParam;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts a credential into a request as its strategy says; the one place that knows how. */
public final class StrategyApplier {

    private StrategyApplier() {}

    /**
     * The request with the credential in it. What the strategy sets replaces what the request brought under that name.
     *
     * @param credentials the captured object
     * @param now the time that a signature bears
     * @throws InapplicableCredentialException where a field that the strategy names is missing, is not a string or holds
     *     what its place in a request cannot carry; also where the request's own body or path does not fit the strategy,
     *     the field being named then too
     */
    public static OutgoingRequest apply(Strategy strategy, JsonNode credentials, OutgoingRequest request, Instant now) {
        Credential credential = new Credential(credentials);
        if (strategy instanceof Header header) {
            OutgoingRequest sent = fixed(header.staticHeaders(), headers(List.of(header.first()), credential, request));
            return headers(header.additional(), credential, sent);
        }
        if (strategy instanceof QueryParam query) {
            return fixed(query.staticHeaders(), query(query, credential, request));
        }
        if (strategy instanceof BasicAuth basic) {
            return fixed(basic.staticHeaders(), basic(basic, credential, request));
        }
        if (strategy instanceof BodyField body) {
            return BodyMembers.apply(body, credential, request);
        }
        if (strategy instanceof PathSegment segment) {
            return segment(segment, credential, request);
        }
        if (strategy instanceof HmacPayload hmac) {
            return HmacSignature.apply(hmac, credential, request, now);
        }
        if (strategy instanceof AwsSigV4 aws) {
            return AwsSignature.apply(aws, credential, request, now);
        }
        throw new AssertionError("Strategy is sealed: " + strategy.type());
    }

    static OutgoingRequest headers(List<CredentialHeader> headers, Credential credential, OutgoingRequest request) {
        OutgoingRequest sent = request;
        for (CredentialHeader header : headers) {
            sent = sent.withHeader(
                    header.headerName(), header.valuePrefix() + credential.headerText(header.credentialField()));
        }
        return sent;
    }

    private static OutgoingRequest fixed(Map<String, String> headers, OutgoingRequest request) {
        OutgoingRequest sent = request;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            sent = sent.withHeader(header.getKey(), header.getValue());
        }
        return sent;
    }

    private static OutgoingRequest query(QueryParam strategy, Credential credential, OutgoingRequest request) {
        String raw = request.uri().getRawQuery();
        String query = set(raw == null ? "" : raw, strategy.first(), credential);
        for (CredentialParameter parameter : strategy.additional()) {
            query = set(query, parameter, credential);
        }
        return request.withUri(uri(request.uri(), request.uri().getRawPath(), query));
    }

    private static String set(String pairs, CredentialParameter parameter, Credential credential) {
        return Percent.set(pairs, parameter.name(), credential.text(parameter.credentialField()));
    }

    /** RFC 7617, section 2, with the charset UTF-8 of section 2.1. */
    private static OutgoingRequest basic(BasicAuth strategy, Credential credential, OutgoingRequest request) {
        String username = part(strategy.username(), credential);
        requireNoColon(strategy.username(), credential);
        String password = strategy.password() instanceof BasicAuth.Part.Field field
                ? credential.textIfPresent(field.name()).orElse("")
                : part(strategy.password(), credential);
        requireNoControl(strategy.username(), credential);
        requireNoControl(strategy.password(), credential);
        byte[] pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
        return request.withHeader(
                "Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
    }

    private static String part(BasicAuth.Part part, Credential credential) {
        return part instanceof BasicAuth.Part.Composed composed
                ? credential.fill(composed.template())
                : credential.text(((BasicAuth.Part.Field) part).name());
    }

    private static void requireNoColon(BasicAuth.Part username, Credential credential) {
        for (String field : username.fields()) {
            if (credential.text(field).indexOf(':') >= 0) {
                throw new InapplicableCredentialException(field, CredentialRule.COLON);
            }
        }
    }

    private static void requireNoControl(BasicAuth.Part part, Credential credential) {
        for (String field : part.fields()) {
            credential.textIfPresent(field).flatMap(Characters::control).ifPresent(rule -> {
                throw new InapplicableCredentialException(field, rule);
            });
        }
    }

    private static OutgoingRequest segment(PathSegment strategy, Credential credential, OutgoingRequest request) {
        String segment = strategy.segmentPrefix() + credential.text(strategy.credentialField());
        if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
            throw new InapplicableCredentialException(strategy.credentialField(), CredentialRule.DOT_SEGMENT);
        }
        String path = request.uri().getRawPath();
        int at = 0;
        for (int skipped = 0; skipped < strategy.position(); skipped++) {
            at = path.indexOf('/', at + 1);
            if (at < 0) {
                throw new InapplicableCredentialException(strategy.credentialField(), CredentialRule.PATH_POSITION);
            }
        }
        String sent = path.substring(0, at) + "/" + Percent.encode(segment) + path.substring(at);
        return request.withUri(uri(request.uri(), sent, request.uri().getRawQuery()));
    }

    /** {@code base} with another path and query, both encoded already; a fragment is not sent anyway. */
    private static URI uri(URI base, String rawPath, @Nullable String rawQuery) {
        return URI.create(base.getScheme()
                + "://"
                + base.getRawAuthority()
                + (rawPath.isEmpty() ? "/" : rawPath)
                + (rawQuery == null ? "" : "?" + rawQuery));
    }
}
