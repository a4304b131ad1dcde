package dev.nexus.launcher;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A vendor at https://localhost. The Broker verifies credentials at this vendor in the same way as at a real one. The
 * vendor accepts the keys that begin with {@code good_} and rejects all others with 401.
 */
final class StubVendor implements AutoCloseable {

    static final String SLUG = "demo-vendor";

    /** A name instead of 127.0.0.1, because the host of a provider must be a name. */
    static final String HOST = "localhost";

    private static final String PATH = "/v1/me";

    private final HttpsServer server;

    private StubVendor(HttpsServer server) {
        this.server = server;
    }

    /** Starts the vendor on a free port, with a certificate of {@code authority}. */
    static StubVendor start(DevAuthority authority) throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.setHttpsConfigurator(new HttpsConfigurator(authority.serverTls(HOST)));
        server.createContext(PATH, new BearerCheck("good_"));
        server.start();
        return new StubVendor(server);
    }

    /** Registers this vendor as a provider. The API key in {@code http} determines the tenant. */
    void register(Http http) throws IOException, InterruptedException {
        int status = http.send("PUT", "/v1/providers/" + SLUG, definition()).status();
        if (status != 200 && status != 201) {
            throw new LauncherException("Cannot register the demo vendor: the Gateway responded with status " + status);
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
