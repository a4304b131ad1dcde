package dev.nexus.gateway.http;

/** What stands before the routes' own paths in the address that browsers see, where a proxy serves the Gateway below one. */
public final class PublicPath {

    private PublicPath() {}

    /** Empty, or a path that begins with a slash and does not end with one. */
    public static String of(GatewayConfig config) {
        String path = config.publicUrl().getRawPath();
        return path == null ? "" : path.replaceAll("/+$", "");
    }
}
