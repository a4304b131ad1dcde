package dev.nexus.e2e.operations.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.e2e.operations.deploy.Command;
import dev.nexus.e2e.support.Checkout;
import dev.nexus.e2e.support.NeedsOnPath;
import dev.nexus.testsupport.MissingTool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Generates clients from docs/reference/openapi.yaml and compiles them. The clients then read responses with values and
 * fields that the document does not list.
 */
class GeneratedClientsTest {

    private static final Path SOURCES = Checkout.ROOT.resolve("e2e-tests/src/test/resources/clients");

    /** Copied by the build, see pom.xml. */
    private static final Path JAVA_GENERATOR =
            Checkout.ROOT.resolve("e2e-tests/target/openapi-generator/openapi-generator-cli.jar");

    private static final int DOWNLOAD_ATTEMPTS = 3;

    /** A line for each response that a client has read: its operation and its open values. */
    private static final List<String> READ = List.of(
            "captureCredential future_value",
            "checkConnection future_value future_value",
            "listConnections future_value",
            "token future_value ghp_abc123xyz",
            "listProviders future_value future_value",
            "provider future_value future_value",
            "webhook future_value",
            "auditEvents future_value future_value",
            "revokeConnection 409 future_value");

    private static FutureGateway gateway;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() throws IOException {
        gateway = FutureGateway.start(OpenApiDocument.read());
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void a_java_client_compiles_and_reads_unknown_values() throws IOException {
        Path generated = folder.resolve("generated");
        Path classes = folder.resolve("classes");
        run(
                java("java"),
                "-jar",
                JAVA_GENERATOR.toString(),
                "generate",
                "--input-spec=" + OpenApiDocument.FILE,
                "--generator-name=java",
                "--library=native",
                "--output=" + generated,
                "--invoker-package=generated",
                "--api-package=generated.api",
                "--model-package=generated.model",
                "--additional-properties=openApiNullable=false,useJakartaEe=true",
                "--global-property=apis,models,supportingFiles,apiTests=false,modelTests=false,apiDocs=false,modelDocs=false");
        List<String> compile = new ArrayList<>(
                List.of(java("javac"), "-nowarn", "-proc:none", "-classpath", classPath(), "-d", classes.toString()));
        compile.add(SOURCES.resolve("java/Client.java").toString());
        try (Stream<Path> files = Files.walk(generated.resolve("src/main/java"))) {
            files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(compile::add);
        }
        run(compile.toArray(String[]::new));

        String printed = run(
                java("java"),
                "-classpath",
                classes + System.getProperty("path.separator") + classPath(),
                "Client",
                gateway.url());

        assertThat(printed.lines()).containsExactlyElementsOf(READ);
    }

    @Nested
    @NeedsOnPath({"node", "npm"})
    class TypeScript {

        @Test
        void a_typescript_client_compiles_and_reads_unknown_values() throws IOException {
            try (Stream<Path> files = Files.list(SOURCES.resolve("typescript"))) {
                for (Path file : files.toList()) {
                    Files.copy(file, folder.resolve(file.getFileName()));
                }
            }
            install();
            Path programs = folder.resolve("node_modules/.bin");
            run(
                    programs.resolve("openapi-typescript").toString(),
                    OpenApiDocument.FILE.toString(),
                    "--output",
                    folder.resolve("nexus.d.ts").toString());
            run(programs.resolve("tsc").toString(), "--project", folder.toString());

            String printed = run("node", folder.resolve("out/client.js").toString(), gateway.url());

            assertThat(printed.lines()).containsExactlyElementsOf(READ);
        }

        private void install() {
            Command install = Command.of(
                    "npm", "ci", "--prefix", folder.toString(), "--ignore-scripts", "--no-audit", "--no-fund");
            for (int attempt = 1; attempt <= DOWNLOAD_ATTEMPTS; attempt++) {
                if (install.run().exit() == 0) {
                    return;
                }
            }
            MissingTool.abort("npm cannot install the packages of " + SOURCES.resolve("typescript/package-lock.json")
                    + "; is its registry reachable?");
        }
    }

    private static String run(String... command) {
        return Command.of(command).run().orFail();
    }

    private static String java(String program) {
        return Path.of(System.getProperty("java.home"), "bin", program).toString();
    }

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }
}
