package dev.nexus.example.connect;

/** The two ways to ask a user for a credential. */
public enum Way {

    /** By this application's own form: the credential passes through this backend. */
    FORM,

    /** By Nexus's page: the browser goes to auth_url, and the credential never comes here. */
    HOSTED
}
