package dev.nexus.strategy;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs a request with an HMAC (RFC 2104). Uses the algorithms of the JDK. */
final class HmacSignature {

    private static final DateTimeFormatter ISO8601 =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private HmacSignature() {}

    static OutgoingRequest apply(
            HmacPayloadStrategy strategy, Credential credential, OutgoingRequest request, Instant now) {
        String timestamp = strategy.sendsTime() ? timestamp(strategy.timestamp().format(), now) : "";
        byte[] signature = sign(strategy, key(strategy, credential), canonical(strategy, request, timestamp));
        String encoded = strategy.signing().encoding() == HmacPayloadStrategy.SignatureEncoding.HEX
                ? HexFormat.of().formatHex(signature)
                : Base64.getEncoder().encodeToString(signature);
        OutgoingRequest sent = credential
                .putInto(request, strategy.additional())
                .withHeader(strategy.headerName(), strategy.valuePrefix() + encoded);
        return strategy.timestamp()
                .header()
                .map(name -> sent.withHeader(name, timestamp))
                .orElse(sent);
    }

    private static String timestamp(HmacPayloadStrategy.TimestampFormat format, Instant now) {
        return switch (format) {
            case UNIX -> String.valueOf(now.getEpochSecond());
            case UNIX_MS -> String.valueOf(now.toEpochMilli());
            case ISO8601 -> ISO8601.format(now);
        };
    }

    private static byte[] key(HmacPayloadStrategy strategy, Credential credential) {
        String field = strategy.key().field();
        String secret = credential.text(field);
        if (secret.isEmpty()) {
            throw new InapplicableCredentialException(field, CredentialRule.NOT_EMPTY);
        }
        try {
            return switch (strategy.key().encoding()) {
                case TEXT -> secret.getBytes(StandardCharsets.UTF_8);
                case HEX -> HexFormat.of().parseHex(secret);
                case BASE64 -> Base64.getDecoder().decode(secret);
            };
        } catch (IllegalArgumentException e) {
            // The exception's message quotes the secret.
            throw new InapplicableCredentialException(
                    field,
                    strategy.key().encoding() == HmacPayloadStrategy.SecretEncoding.HEX
                            ? CredentialRule.HEX
                            : CredentialRule.BASE64);
        }
    }

    private static byte[] canonical(HmacPayloadStrategy strategy, OutgoingRequest request, String timestamp) {
        ByteArrayOutputStream canonical = new ByteArrayOutputStream();
        for (Template.Piece piece : strategy.signing().canonical().pieces()) {
            canonical.writeBytes(
                    piece instanceof Template.Piece.Placeholder placeholder
                            ? part(
                                    WireName.find(HmacPayloadStrategy.CanonicalPart.class, placeholder.name())
                                            .orElseThrow(),
                                    request,
                                    timestamp)
                            : ((Template.Piece.Literal) piece).text().getBytes(StandardCharsets.UTF_8));
        }
        return canonical.toByteArray();
    }

    private static byte[] part(HmacPayloadStrategy.CanonicalPart part, OutgoingRequest request, String timestamp) {
        URI uri = request.uri();
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : uri.getRawQuery();
        String text = switch (part) {
            case METHOD -> request.method();
            case PATH -> path;
            case QUERY -> query;
            case PATH_AND_QUERY -> query.isEmpty() ? path : path + "?" + query;
            case HOST -> uri.getHost();
            case TIMESTAMP -> timestamp;
            case BODY -> "";
            case BODY_SHA256 -> HexFormat.of().formatHex(sha256(request.body()));
        };
        return part == HmacPayloadStrategy.CanonicalPart.BODY ? request.body() : text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] sha256(byte[] body) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] sign(HmacPayloadStrategy strategy, byte[] key, byte[] canonical) {
        String algorithm = switch (strategy.signing().algorithm()) {
            case SHA256 -> "HmacSHA256";
            case SHA1 -> "HmacSHA1";
            case SHA512 -> "HmacSHA512";
        };
        try {
            Mac mac = Mac.getInstance(algorithm);
            mac.init(new SecretKeySpec(key, algorithm));
            return mac.doFinal(canonical);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
