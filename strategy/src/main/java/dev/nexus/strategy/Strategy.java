package dev.nexus.strategy;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The way in which a provider wants its credential in a request. A strategy names fields of the credential, never their
 * values, so it is no secret. Every constructor refuses what could not be sent, with {@link InvalidStrategyException}.
 * Applied by {@link StrategyApplier}; {@link StrategyJson} has the wire form.
 */
public sealed interface Strategy {

    /** The wire name in the member {@code type}. */
    String type();

    /** Every field of the credential that is read, in the order of reading. */
    Set<String> credentialFields();

    /** The fields whose values prove who is calling: the secret ones, unlike a user name or the identifier of a key. */
    Set<String> secretFields();

    /** Fields that are read if the credential has them. */
    default Set<String> optionalFields() {
        return Set.of();
    }

    /** Fields whose empty string can be sent, as a password of RFC 7617 may be. */
    default Set<String> emptiableFields() {
        return Set.of();
    }

    /**
     * A header that holds one field of the credential.
     *
     * @param headerName a token of RFC 9110, section 5.6.2, at most 128 characters, and none that the HTTP client writes
     * @param credentialField the credential's field, 1–128 characters
     * @param valuePrefix what precedes the field's value, for example {@code "Bearer "}; printable ASCII, at most 256
     *     characters, possibly empty
     */
    record CredentialHeader(String headerName, String credentialField, String valuePrefix) {

        public CredentialHeader {
            Rules.requireHeaderName("/header_name", headerName);
            Rules.requireFieldName("/credential_field", credentialField);
            Rules.requirePrintable("/value_prefix", valuePrefix);
        }
    }

    /** A parameter or member that holds one field of the credential, its name 1–128 characters. */
    record CredentialParameter(String name, String credentialField) {

        public CredentialParameter {
            Rules.requireFieldName("/name", name);
            Rules.requireFieldName("/credential_field", credentialField);
        }
    }

    /**
     * Headers that hold fields of the credential.
     *
     * @param first the one that there always is
     * @param additional at most 8 more, each of another name
     * @param staticHeaders headers of a fixed value, by name; at most 16
     */
    record Header(CredentialHeader first, List<CredentialHeader> additional, Map<String, String> staticHeaders)
            implements Strategy {

        static final String TYPE = "header";

        public Header {
            additional = Rules.atMostEight("/config/additional_headers", additional);
            staticHeaders = Rules.staticHeaders(staticHeaders);
            Set<String> names = new LinkedHashSet<>();
            Rules.requireNew(names, "/config/header_name", first.headerName());
            additional.forEach(header -> Rules.requireNew(names, "/config/additional_headers", header.headerName()));
            staticHeaders.keySet().forEach(name -> Rules.requireNew(names, "/config/static_headers", name));
        }

        /** One header and nothing else. */
        public Header(String headerName, String credentialField, String valuePrefix) {
            this(new CredentialHeader(headerName, credentialField, valuePrefix), List.of(), Map.of());
        }

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public Set<String> credentialFields() {
            return Rules.union(
                    Set.of(first.credentialField()), Rules.fields(additional, CredentialHeader::credentialField));
        }

        @Override
        public Set<String> secretFields() {
            return Set.of(first.credentialField());
        }
    }

    /**
     * Query parameters that hold fields of the credential; the value is percent-encoded (RFC 3986), and a parameter of
     * the same name that the request brought is replaced.
     *
     * @param additional at most 8 more
     * @param staticHeaders as in {@link Header}
     */
    record QueryParam(
            CredentialParameter first, List<CredentialParameter> additional, Map<String, String> staticHeaders)
            implements Strategy {

        static final String TYPE = "query_param";

        public QueryParam {
            additional = Rules.atMostEight("/config/additional_params", additional);
            staticHeaders = Rules.staticHeaders(staticHeaders);
        }

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public Set<String> credentialFields() {
            return Rules.union(
                    Set.of(first.credentialField()), Rules.fields(additional, CredentialParameter::credentialField));
        }

        @Override
        public Set<String> secretFields() {
            return Set.of(first.credentialField());
        }
    }

    /**
     * HTTP Basic authentication (RFC 7617).
     *
     * @param username the user-id: one field of the credential, or a {@link Template}
     * @param password the password, likewise; a single field that the credential lacks is the empty password
     * @param staticHeaders as in {@link Header}
     */
    record BasicAuth(Part username, Part password, Map<String, String> staticHeaders) implements Strategy {

        static final String TYPE = "basic_auth";

        /** One half of the pair. */
        public sealed interface Part {

            /** The fields of the credential that it is made of. */
            Set<String> fields();

            /** A field of the credential, 1–128 characters. */
            record Field(String name) implements Part {

                @Override
                public Set<String> fields() {
                    return Set.of(name);
                }
            }

            /** Text with fields of the credential in it; one without is a fixed value. */
            record Composed(Template template) implements Part {

                @Override
                public Set<String> fields() {
                    return template.placeholders();
                }
            }
        }

        public BasicAuth {
            requireNamed("/config/username_field", username);
            requireNamed("/config/password_field", password);
            if (username instanceof Part.Composed composed
                    && composed.template().hasLiteral(":")) {
                throw new InvalidStrategyException(
                        "/config/username_template", "must not contain a colon, which ends the user name (RFC 7617)");
            }
            staticHeaders = Rules.staticHeaders(staticHeaders);
        }

        /** Two fields of the credential and nothing else. */
        public BasicAuth(String usernameField, String passwordField) {
            this(new Part.Field(usernameField), new Part.Field(passwordField), Map.of());
        }

        private static void requireNamed(String pointer, Part part) {
            if (part instanceof Part.Field field) {
                Rules.requireFieldName(pointer, field.name());
            }
        }

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public Set<String> credentialFields() {
            Set<String> fields = new LinkedHashSet<>(username.fields());
            // A provider that takes the key as the user-id and no password leaves the field out of its schema.
            if (password instanceof Part.Composed) {
                fields.addAll(password.fields());
            }
            return fields;
        }

        @Override
        public Set<String> secretFields() {
            return password.fields();
        }

        @Override
        public Set<String> optionalFields() {
            return password instanceof Part.Field field ? Set.of(field.name()) : Set.of();
        }

        @Override
        public Set<String> emptiableFields() {
            return optionalFields();
        }
    }

    /**
     * Members of the request's body that hold fields of the credential.
     *
     * @param encoding how the body is written
     * @param additional at most 8 more
     */
    record BodyField(CredentialParameter first, Encoding encoding, List<CredentialParameter> additional)
            implements Strategy {

        static final String TYPE = "body_field";

        /** How the body is written. */
        public enum Encoding {
            /** A JSON object, application/json. */
            JSON,
            /** application/x-www-form-urlencoded. */
            FORM
        }

        public BodyField {
            additional = Rules.atMostEight("/config/additional_fields", additional);
        }

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public Set<String> credentialFields() {
            return Rules.union(
                    Set.of(first.credentialField()), Rules.fields(additional, CredentialParameter::credentialField));
        }

        @Override
        public Set<String> secretFields() {
            return Set.of(first.credentialField());
        }
    }

    /**
     * A segment of the path that holds a field of the credential.
     *
     * @param segmentPrefix what precedes the value in the segment; printable ASCII, at most 256 characters
     * @param position before which segment of the request's path it is put, 0–32; 0 is the first
     */
    record PathSegment(String credentialField, String segmentPrefix, int position) implements Strategy {

        static final String TYPE = "path_segment";
        static final int MAX_POSITION = 32;

        public PathSegment {
            Rules.requireFieldName("/config/credential_field", credentialField);
            Rules.requirePrintable("/config/segment_prefix", segmentPrefix);
            if (position < 0 || position > MAX_POSITION) {
                throw new InvalidStrategyException("/config/position", "must be a whole number from 0 to 32");
            }
        }

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public Set<String> credentialFields() {
            return Set.of(credentialField);
        }

        @Override
        public Set<String> secretFields() {
            return Set.of(credentialField);
        }
    }

    /**
     * A header that holds an HMAC (RFC 2104) of the request.
     *
     * @param headerName as in {@link CredentialHeader}
     * @param secretField the credential's field that holds the key
     * @param secretEncoding how that field is read
     * @param valuePrefix what precedes the signature in the header
     * @param canonical what is signed, see {@link CanonicalPart}
     * @param timestamp a header with the time that was signed; empty for none
     * @param timestampFormat how the time is written, in the header and in what is signed
     * @param additional at most 8 headers that hold further fields, for example the key's id
     */
    record HmacPayload(
            String headerName,
            String secretField,
            Algorithm algorithm,
            SignatureEncoding encoding,
            SecretEncoding secretEncoding,
            String valuePrefix,
            Template canonical,
            Optional<String> timestamp,
            TimestampFormat timestampFormat,
            List<CredentialHeader> additional)
            implements Strategy {

        static final String TYPE = "hmac_payload";

        /** The hash of the HMAC. */
        public enum Algorithm {
            SHA256,
            SHA1,
            SHA512
        }

        /** How the signature is written. */
        public enum SignatureEncoding {
            HEX,
            BASE64
        }

        /** How the key is written in the credential. */
        public enum SecretEncoding {
            TEXT,
            HEX,
            BASE64
        }

        /** How a time is written. */
        public enum TimestampFormat {
            /** Seconds since 1970-01-01T00:00:00Z. */
            UNIX,
            /** Milliseconds since then. */
            UNIX_MS,
            /** RFC 3339 in UTC with milliseconds. */
            ISO8601
        }

        /** What may stand in braces in the canonical string; the body enters as its bytes. */
        public enum CanonicalPart {
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

        public HmacPayload {
            Rules.requireHeaderName("/config/header_name", headerName);
            Rules.requireFieldName("/config/secret_field", secretField);
            Rules.requirePrintable("/config/value_prefix", valuePrefix);
            timestamp.ifPresent(name -> Rules.requireHeaderName("/config/timestamp_header", name));
            additional = Rules.atMostEight("/config/additional_headers", additional);
            for (String name : canonical.placeholders()) {
                if (Rules.constant(CanonicalPart.class, name).isEmpty()) {
                    throw new InvalidStrategyException(
                            "/config/canonical_template",
                            "may hold {method}, {path}, {query}, {path_and_query}, {host}, {timestamp}, {body} and"
                                    + " {body_sha256} alone");
                }
            }
            Set<String> names = new LinkedHashSet<>();
            Rules.requireNew(names, "/config/header_name", headerName);
            timestamp.ifPresent(name -> Rules.requireNew(names, "/config/timestamp_header", name));
            additional.forEach(header -> Rules.requireNew(names, "/config/additional_headers", header.headerName()));
        }

        /** Whether a time goes into the request or into what is signed. */
        boolean readsTheClock() {
            return timestamp.isPresent() || canonical.placeholders().contains("timestamp");
        }

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public Set<String> credentialFields() {
            return Rules.union(Set.of(secretField), Rules.fields(additional, CredentialHeader::credentialField));
        }

        @Override
        public Set<String> secretFields() {
            return Set.of(secretField);
        }
    }

    /**
     * AWS Signature Version 4 in the header Authorization
     * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
     *
     * @param service the signing name, for example {@code sts}
     * @param region for example {@code us-east-1}
     * @param sessionTokenField the field of a temporary credential's token; one that the credential lacks is not sent
     */
    record AwsSigV4(
            String service, String region, String accessKeyField, String secretKeyField, String sessionTokenField)
            implements Strategy {

        static final String TYPE = "aws_sigv4";

        public AwsSigV4 {
            Rules.requireName("/config/service", service);
            Rules.requireName("/config/region", region);
            Rules.requireFieldName("/config/access_key_field", accessKeyField);
            Rules.requireFieldName("/config/secret_key_field", secretKeyField);
            Rules.requireFieldName("/config/session_token_field", sessionTokenField);
        }

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public Set<String> credentialFields() {
            return Rules.union(Set.of(accessKeyField), List.of(secretKeyField));
        }

        @Override
        public Set<String> secretFields() {
            return Rules.union(Set.of(secretKeyField), List.of(sessionTokenField));
        }

        @Override
        public Set<String> optionalFields() {
            return Set.of(sessionTokenField);
        }
    }
}
