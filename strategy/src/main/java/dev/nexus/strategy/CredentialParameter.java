package dev.nexus.strategy;

/** A query parameter or body member that holds one field of the credential. Both names have 1–128 characters. */
record CredentialParameter(String name, String credentialField) {}
