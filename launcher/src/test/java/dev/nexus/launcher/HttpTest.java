package dev.nexus.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HttpTest {

    @Test
    void a_request_that_is_answered_503_is_sent_again() throws Exception {
        AtomicInteger requests = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(requests.incrementAndGet() < 3 ? 503 : 404, -1);
            exchange.close();
        });
        server.start();
        try {
            Http http = new Http("http://127.0.0.1:" + server.getAddress().getPort(), "key");

            assertThat(http.send("GET", "/v1/providers/a", null).status()).isEqualTo(404);
            assertThat(requests).hasValue(3);
        } finally {
            server.stop(0);
        }
    }
}
