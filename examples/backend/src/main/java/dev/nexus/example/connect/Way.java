package dev.nexus.example.connect;

/** The two ways to capture a credential. */
public enum Way {

    /** With this application's own form. The credential passes through this backend. */
    FORM,

    /** With Nexus's hosted page at auth_url. This backend never receives the credential. */
    HOSTED
}
