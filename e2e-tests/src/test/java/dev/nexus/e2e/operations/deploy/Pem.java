package dev.nexus.e2e.operations.deploy;

import java.util.Base64;

/** The textual encoding of keys and certificates (RFC 7468). */
final class Pem {

    private Pem() {}

    static String of(String type, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n";
    }
}
