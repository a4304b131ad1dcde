package dev.nexus.strategy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A header that holds an HMAC (RFC 2104) of the request.
 *
 * @param headerName as in {@link CredentialHeader}
 * @param valuePrefix the text before the signature in the header
 * @param key the place of the key in the credential
 * @param signing the signed text, and the format of the signature
 * @param timestamp the time that is sent or signed
 * @param additional at most 8 headers that hold further fields, for example the key's id
 */
record HmacPayloadStrategy(
        String headerName,
        String valuePrefix,
        Key key,
        Signing signing,
        Timestamp timestamp,
        List<CredentialHeader> additional)
        implements Strategy {

    /**
     * The key of the HMAC.
     *
     * @param field the credential's field that holds it
     * @param encoding the encoding of that field
     */
    record Key(String field, SecretEncoding encoding) {}

    /**
     * The signed text, the hash and the encoding of the signature.
     *
     * @param canonical the signed text, see {@link CanonicalPart}
     */
    record Signing(Algorithm algorithm, SignatureEncoding encoding, Template canonical) {}

    /**
     * The time that is sent in a header, signed, or both. A strategy without the header and without the placeholder
     * {@code timestamp} uses no time.
     *
     * @param header a header with that time; empty for none
     * @param format the format of the time, in the header and in the signed text
     */
    record Timestamp(Optional<String> header, TimestampFormat format) {}

    /** The hash of the HMAC. */
    enum Algorithm {
        SHA256,
        SHA1,
        SHA512
    }

    /** The encoding of the signature. */
    enum SignatureEncoding {
        HEX,
        BASE64
    }

    /** The encoding of the key in the credential. */
    enum SecretEncoding {
        TEXT,
        HEX,
        BASE64
    }

    /** The format of a time. */
    enum TimestampFormat {
        /** Seconds since 1970-01-01T00:00:00Z. */
        UNIX,
        /** Milliseconds since 1970-01-01T00:00:00Z. */
        UNIX_MS,
        /** RFC 3339 in UTC with milliseconds. */
        ISO8601
    }

    /** The placeholders of the canonical string. The body is inserted as bytes. */
    enum CanonicalPart {
        METHOD,
        PATH,
        QUERY,
        PATH_AND_QUERY,
        HOST,
        TIMESTAMP,
        BODY,
        /** SHA-256 of the body in lower-case hex. */
        BODY_SHA256
    }

    HmacPayloadStrategy {
        additional = List.copyOf(additional);
        StrategyProblems rules = new StrategyProblems();
        rules.headerName("/config/header_name", headerName);
        rules.distinct("/config/header_name", headerName);
        rules.fieldName("/config/secret_field", key.field());
        rules.printable("/config/value_prefix", valuePrefix);
        timestamp.header().ifPresent(name -> {
            rules.headerName("/config/timestamp_header", name);
            rules.distinct("/config/timestamp_header", name);
        });
        if (signing.canonical().placeholders().stream()
                .anyMatch(name -> WireName.find(CanonicalPart.class, name).isEmpty())) {
            rules.add(
                    "/config/canonical_template",
                    "must have only the placeholders {method}, {path}, {query}, {path_and_query}, {host}, {timestamp},"
                            + " {body} and {body_sha256}");
        }
        rules.additionalHeaders(additional);
        rules.enforce();
    }

    static Strategy read(ConfigReader config) {
        config.known(
                "header_name",
                "secret_field",
                "algo",
                "encoding",
                "secret_encoding",
                "value_prefix",
                "canonical_template",
                "timestamp_header",
                "timestamp_format",
                "additional_headers");
        return new HmacPayloadStrategy(
                config.text("header_name"),
                config.text("value_prefix", ""),
                new Key(
                        config.text("secret_field", "api_secret"),
                        config.constant(SecretEncoding.class, "secret_encoding", SecretEncoding.TEXT)),
                new Signing(
                        config.constant(Algorithm.class, "algo", Algorithm.SHA256),
                        config.constant(SignatureEncoding.class, "encoding", SignatureEncoding.HEX),
                        config.template("canonical_template", "{body}")),
                new Timestamp(
                        config.has("timestamp_header")
                                ? Optional.of(config.text("timestamp_header"))
                                : Optional.empty(),
                        config.constant(TimestampFormat.class, "timestamp_format", TimestampFormat.UNIX)),
                config.additionalHeaders());
    }

    /** Returns true if the request or the signed text contains a time. */
    @Override
    public boolean sendsTime() {
        return timestamp.header().isPresent()
                || signing.canonical().placeholders().contains("timestamp");
    }

    @Override
    public String type() {
        return StrategyType.HMAC_PAYLOAD.wire();
    }

    @Override
    public Set<String> credentialFields() {
        return Strategy.fields(key.field(), additional.stream().map(CredentialHeader::credentialField));
    }

    @Override
    public Set<String> secretFields() {
        return Set.of(key.field());
    }

    @Override
    public void write(ConfigWriter config) {
        config.text("header_name", headerName)
                .text("secret_field", key.field())
                .constant("algo", signing.algorithm())
                .constant("encoding", signing.encoding())
                .constant("secret_encoding", key.encoding())
                .text("value_prefix", valuePrefix)
                .text("canonical_template", signing.canonical().text());
        timestamp.header().ifPresent(name -> config.text("timestamp_header", name));
        if (sendsTime()) {
            config.constant("timestamp_format", timestamp.format());
        }
        config.additionalHeaders(additional);
    }

    @Override
    public OutgoingRequest apply(Credential credential, OutgoingRequest request, Instant now) {
        return HmacSignature.apply(this, credential, request, now);
    }

    @Override
    public void check(CredentialCheck check) {
        check.key(key.field());
        additional.forEach(check::header);
    }
}
