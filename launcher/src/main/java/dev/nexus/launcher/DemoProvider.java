package dev.nexus.launcher;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A provider on the loopback interface for trying the example backend out without an account anywhere: it takes the keys
 * that begin with {@code demo_}.
 */
final class DemoProvider implements AutoCloseable {

    static final String SLUG = "demo";

    private static final String DEFINITION = """
            {"name":"Demo","auth_type":"api_key","allowed_hosts":["localhost"],
             "credential_schema":{"type":"object","required":["api_key","region"],"properties":{
               "api_key":{"type":"string","title":"Demo key","format":"password",
                 "description":"Any key that begins with demo_, such as demo_1234, is taken by the demo provider; any other is stored, too, and refused when it is used."},
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

    /** Makes it a provider of the tenant whose administrator's key {@code http} has. */
    void register(Http http) throws IOException, InterruptedException {
        int status = http.send("PUT", "/v1/providers/" + SLUG, DEFINITION).status();
        if (status != 200 && status != 201) {
            throw new LauncherException("The demo provider could not be registered: the Gateway answered " + status);
        }
    }

    /** Who am I? By the name localhost, since a provider's allowed host is a name. */
    String url() {
        return "http://localhost:" + server.getAddress().getPort() + "/user";
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
