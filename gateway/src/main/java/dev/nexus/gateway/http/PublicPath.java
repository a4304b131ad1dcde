package dev.nexus.gateway.http;

/** The path prefix of the public URL. It is not empty if a proxy serves the Gateway below a path. */
public final class PublicPath {

    private PublicPath() {}

    /** Empty, or a path that begins with a slash and does not end with one. */
    public static String of(GatewayConfig config) {
        String path = config.publicUrl().getRawPath();
        return path == null ? "" : path.replaceAll("/+$", "");
    }
}
