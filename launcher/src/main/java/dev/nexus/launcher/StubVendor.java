package dev.nexus.launcher;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A vendor at https://localhost that the Broker asks about credentials, as it asks real ones: the vendor accepts the keys that
 * begin with {@code good_} and rejects all others with 401.
 */
final class StubVendor implements AutoCloseable {

    static final String SLUG = "demo-vendor";

    /** Providers are named by host, so that it is a name and not 127.0.0.1. */
    static final String HOST = "localhost";

    private static final String PATH = "/v1/me";

    private final HttpsServer server;

    private StubVendor(HttpsServer server) {
        this.server = server;
    }

    /** Listens on a free port, with a certificate of {@code authority}. */
    static StubVendor start(DevAuthority authority) throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.setHttpsConfigurator(new HttpsConfigurator(authority.serverTls(HOST)));
        server.createContext(PATH, new BearerCheck("good_"));
        server.start();
        return new StubVendor(server);
    }

    /** Registers it as a provider of the tenant whose administrator's key {@code http} has. */
    void register(Http http) throws IOException, InterruptedException {
        int status = http.send("PUT", "/v1/providers/" + SLUG, definition()).status();
        if (status != 200 && status != 201) {
            throw new LauncherException("The demo vendor could not be registered: the Gateway answered " + status);
        }
    }

    private String definition() {
        return """
                {"name":"Demo vendor","auth_type":"api_key","base_url":"https://%s:%d","verification":{"path":"%s"},
                 "credential_schema":{"type":"object","required":["api_key"],"properties":{
                   "api_key":{"type":"string","title":"API key","format":"password",
                     "description":"The vendor accepts any key that begins with good_ and rejects all others."}}},
                 "strategy":{"type":"header","config":{"header_name":"Authorization","value_prefix":"Bearer "}}}""".formatted(HOST, server.getAddress().getPort(), PATH);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
