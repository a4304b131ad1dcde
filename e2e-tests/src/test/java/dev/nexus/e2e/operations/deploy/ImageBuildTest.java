package dev.nexus.e2e.operations.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.nexus.e2e.support.Checkout;
import dev.nexus.e2e.support.NeedsOnPath;
import dev.nexus.launcher.DevAuthority;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Builds an image with a company's Maven mirror. The company's private authority issued its certificate. */
@NeedsOnPath("mvn")
class ImageBuildTest {

    private static final DevAuthority COMPANY = DevAuthority.create("Company");

    @TempDir
    Path folder;

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private HttpsServer mirror;
    private Path settings;

    /** The mirror has no artifacts, so the build fails at its first request. */
    @BeforeEach
    void listen() throws Exception {
        mirror = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        mirror.setHttpsConfigurator(new HttpsConfigurator(COMPANY.serverTls("localhost")));
        mirror.createContext("/", exchange -> {
            try (exchange) {
                requests.add(exchange.getRequestURI().getPath());
                exchange.sendResponseHeaders(404, -1);
            }
        });
        mirror.start();
        settings = Files.writeString(folder.resolve("settings.xml"), """
                <settings>
                  <localRepository>%s</localRepository>
                  <mirrors><mirror>
                    <id>company</id><mirrorOf>*</mirrorOf><url>https://localhost:%d/maven</url>
                  </mirror></mirrors>
                </settings>
                """.formatted(
                        folder.resolve("repository"), mirror.getAddress().getPort()));
    }

    @AfterEach
    void end() {
        mirror.stop(0);
    }

    private Command.Outcome build(Path certificates) {
        return Command.of(
                        "sh",
                        "-c",
                        "cd \"$1\" && exec sh deploy/images/build gateway \"$2\" \"$3\"",
                        "sh",
                        Checkout.ROOT.toString(),
                        settings.toString(),
                        certificates.toString())
                .run();
    }

    private Path certificates(DevAuthority... authorities) throws Exception {
        StringBuilder text = new StringBuilder("# Authorities of the company\n");
        for (DevAuthority authority : authorities) {
            text.append(Pem.of("CERTIFICATE", authority.certificate().getEncoded()));
        }
        return Files.writeString(folder.resolve("certificates.pem"), text);
    }

    @Test
    void maven_uses_the_configured_mirror_and_trusts_each_given_authority() throws Exception {
        Path two = certificates(DevAuthority.create("Another"), COMPANY);

        Command.Outcome outcome = build(two);

        assertThat(requests)
                .as(outcome.out() + outcome.err())
                .isNotEmpty()
                .allMatch(path -> path.startsWith("/maven/"));
        assertThat(outcome.exit()).isNotZero();
    }

    @Test
    void build_without_the_authority_downloads_nothing() {
        Command.Outcome outcome = build(folder.resolve("no-such-file"));

        assertThat(outcome.exit()).isNotZero();
        assertThat(outcome.out() + outcome.err()).contains("company", "PKIX");
        assertThat(requests).isEmpty();
    }

    @Test
    void secret_without_a_certificate_is_named_in_the_error() throws Exception {
        Path empty = Files.writeString(folder.resolve("certificates.pem"), "no certificate\n");

        Command.Outcome outcome = build(empty);

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.err()).contains("the secret ca-certificates contains no PEM certificate");
    }
}
