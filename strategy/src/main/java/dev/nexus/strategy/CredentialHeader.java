package dev.nexus.strategy;

/**
 * A header that holds one field of the credential.
 *
 * @param headerName a token of RFC 9110, section 5.6.2, at most 128 characters; not a header that the HTTP client
 *     writes
 * @param credentialField the credential's field, 1–128 characters
 * @param valuePrefix the text before the field's value, for example {@code "Bearer "}; printable ASCII, at most 256
 *     characters, possibly empty
 */
record CredentialHeader(String headerName, String credentialField, String valuePrefix) {}
