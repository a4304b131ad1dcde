package dev.nexus.launcher;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A provider on the loopback interface, to try the example backend without an account at a vendor. It accepts the keys
 * that begin with {@code demo_}.
 */
final class DemoProvider implements AutoCloseable {

    static final String SLUG = "demo";

    private static final String DEFINITION = """
            {"name":"Demo","auth_type":"api_key","allowed_hosts":["localhost"],
             "credential_schema":{"type":"object","required":["api_key","region"],"properties":{
               "api_key":{"type":"string","title":"Demo key","format":"password",
                 "description":"The demo provider accepts any key that begins with demo_, such as demo_1234. Other keys are stored too, but it rejects them when they are used."},
               "region":{"type":"string","title":"Region","enum":["Europe","America"]},
               "note":{"type":"string","title":"Note","maxLength":20,"description":"At most 20 characters."}}},
             "strategy":{"type":"header","config":{"header_name":"Authorization","value_prefix":"Bearer "}}}""";

    private final HttpServer server;

    private DemoProvider(HttpServer server) {
        this.server = server;
    }

    static DemoProvider start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.createContext("/user", new BearerCheck("demo_"));
        server.start();
        return new DemoProvider(server);
    }

    /** Registers this provider. The API key in {@code http} determines the tenant. */
    void register(Http http) throws IOException, InterruptedException {
        int status = http.send("PUT", "/v1/providers/" + SLUG, DEFINITION).status();
        if (status != 200 && status != 201) {
            throw new LauncherException(
                    "Cannot register the demo provider: the Gateway responded with status " + status);
        }
    }

    /** The URL that shows the user of a key. Its host is localhost, because an allowed host must be a name. */
    String url() {
        return "http://localhost:" + server.getAddress().getPort() + "/user";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
