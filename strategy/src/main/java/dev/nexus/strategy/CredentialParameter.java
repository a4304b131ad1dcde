package dev.nexus.strategy;

/** A parameter or member that holds one field of the credential, its name 1–128 characters. */
record CredentialParameter(String name, String credentialField) {}
