package dev.nexus.e2e.operations;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.StaticJavaParser;
import com.github.javaparser.ast.CompilationUnit;
import com.github.javaparser.ast.body.ClassOrInterfaceDeclaration;
import com.github.javaparser.ast.body.MethodDeclaration;
import com.github.javaparser.ast.expr.AnnotationExpr;
import com.github.javaparser.ast.expr.MemberValuePair;
import com.github.javaparser.ast.nodeTypes.NodeWithAnnotations;
import dev.nexus.e2e.support.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Generates docs/reference/configuration.md from the @ConfigMapping interfaces and their Javadoc.
 *
 * <p>If this test fails, run {@code mvn verify -DskipITs -Dtest=ConfigurationReferenceTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Dnexus.docs.write=true} and commit the result.
 */
class ConfigurationReferenceTest {

    /** The section on mutual TLS. Production does not start without the settings in it that are not optional. */
    private static final String MUTUAL_TLS = """

            ## Mutual TLS

            The Gateway and the Broker use mutual TLS 1.3. The Broker checks the Gateway's certificate on every request,
            before the service token. In production, neither service starts without it. The quickstart creates its own
            certificates in `target/quickstart/tls`.

            | setting of the Broker | value |
            |---|---|
            | `quarkus.tls.gateway.key-store.pem.0.cert`, `….key` | the Broker's certificate with its chain, and its key (PKCS#8). The certificate is for the host in the Gateway's `nexus.gateway.broker-url` |
            | `quarkus.tls.gateway.trust-store.pem.certs` | the authorities of the Gateway's certificate, one or more PEM files. Use an authority that issues no other certificates |
            | `quarkus.tls.gateway.certificate-revocation-list` | optional: revocation lists, PEM or DER |
            | `nexus.broker.gateway-identity` | the name in the Gateway's certificate |
            | `quarkus.http.tls-configuration-name` | `gateway`, which is the default in production |
            | `quarkus.http.ssl-port` | 8081 by default. Plain HTTP is off |

            | setting of the Gateway | value |
            |---|---|
            | `nexus.gateway.broker-url` | `https://…` |
            | `quarkus.tls.broker.key-store.pem.0.cert`, `….key` | the Gateway's client certificate and its key. The certificate has `nexus.broker.gateway-identity` in its subjectAltName |
            | `quarkus.tls.broker.trust-store.pem.certs` | the authorities of the Broker's certificate |

            Both services check the files every two seconds and log `The files of quarkus.tls.… were read again` after a
            change. Replace a certificate and its key in one step, as the mount of a Kubernetes secret does. A service
            ignores files that it cannot use, such as a certificate with the key of another one. It keeps the previous
            files and [reports the error](../operations/runbooks/alerts.md#nexusfileinvalid). A service is not ready if its own
            certificate has expired ([runbook](../operations/runbooks/expired-certificate.md)).

            To replace a certificate by another one of the same authority, replace its files. To change the authority,
            follow these steps. After each step, wait for the log line in both services. No request fails. If cert-manager
            issues the certificates, [replace its authority](../operations/runbooks/expired-certificate.md#replace-the-authority-with-cert-manager)
            instead.

            1. Add the new authority to the trusted authorities of both services.
            2. Replace both certificates.
            3. Remove the old authority from both services.

            If a key has leaked, follow [the runbook](../operations/runbooks/leaked-gateway-key.md).

            The management port (health, metrics) uses plain HTTP. Do not expose it. For a test without TLS, set
            `quarkus.http.insecure-requests=enabled` for the Broker. Never do this in production.
            """;

    private static final String VAULT = """

            ## Vault

            With `nexus.cipher.kind=transit`, the settings of
            [quarkus-vault](https://docs.quarkiverse.io/quarkus-vault/dev/index.html) configure the connection to Vault.
            The Broker uses these:

            | setting of the Broker | default | value |
            |---|---|---|
            | `quarkus.vault.url` | | Vault's address, such as `https://vault.example.com:8200`. In production it must be https, except for a Vault on the same machine |
            | `quarkus.vault.tls.ca-cert` | those that Java trusts | a file with the authorities (PEM) of Vault's certificate |
            | `quarkus.vault.tls.use-kubernetes-ca-cert` | `false` | whether to trust the cluster's authority if `ca-cert` is absent and the login is by Kubernetes |
            | `quarkus.vault.enterprise.namespace` | | the Vault namespace (Vault Enterprise) |
            | `quarkus.vault.transit-secret-engine-mount-path` | `transit` | the mount path of the transit engine |
            | `quarkus.vault.authentication.kubernetes.role` | | the role at Vault. It selects the login by Kubernetes |
            | `quarkus.vault.authentication.kubernetes.auth-mount-path` | `kubernetes` | the mount path of the Kubernetes auth method |
            | `quarkus.vault.authentication.kubernetes.jwt-token-path` | `/var/run/secrets/kubernetes.io/serviceaccount/token` | the service account's token, read again at each login |
            | `quarkus.vault.authentication.app-role.role-id` | | the role id. It selects the login by AppRole |
            | `quarkus.vault.authentication.app-role.secret-id` | | the secret id. Prefer a file: `nexus.cipher.transit.app-role.secret-id-file` |
            | `quarkus.vault.authentication.app-role.auth-mount-path` | `approle` | the mount path of the AppRole auth method |
            | `quarkus.vault.connect-timeout` | `PT1S` | the time-out of opening a connection, at most a minute |
            | `quarkus.vault.read-timeout` | `PT1.5S` | the time-out of one call, at most a minute. Keep it below two seconds: the Broker ends each request after two seconds, not counting a verification |
            | `quarkus.vault.proxy-host`, `….proxy-port`, `….non-proxy-hosts` | | a proxy between the Broker and Vault |

            The Broker renews its token in the background and never skips the check of Vault's certificate, so
            `renew-grace-period` has no effect and `tls.skip-verify=true` is refused. It does not read settings
            from Vault: `secret-config-kv-path` is refused, also with a prefix and below `kv-secret-engine`.
            [Decision 0007](../explanation/decisions/0007-quarkus-vault.md) lists the parts of the extension that the Broker replaces.
            """;

    private static final Map<String, String> HEADINGS = Map.of("gateway", "Gateway", "broker", "Broker");

    private static final Path REFERENCE = Checkout.ROOT.resolve("docs/reference/configuration.md");

    @Test
    void reference_matches_the_code() throws IOException {
        String generated = reference();

        if (Boolean.getBoolean("nexus.docs.write")) {
            Files.writeString(REFERENCE, generated);
        }

        assertThat(REFERENCE).content().isEqualTo(generated);
    }

    private static String reference() throws IOException {
        StringBuilder page = new StringBuilder("""
                # Configuration

                This page is for operators who configure the Gateway and the Broker. It lists each setting of Nexus.

                Set a value as a system property (`-Dnexus.state.ttl=PT2M`), as an environment variable
                (`NEXUS_STATE_TTL=PT2M`) or in a file. The files are `config/application.yaml` in the folder of the service, and
                those that the environment variable `SMALLRYE_CONFIG_LOCATIONS` lists, separated by commas. A system property takes
                precedence over an environment variable, and both take precedence over the files. The quickstart passes
                each `-D` option to both services. Durations are ISO 8601. A setting is required if it has no default and
                is not optional. Settings of Quarkus configure ports, TLS, the database, Vault and logs
                (`quarkus.http.*`, `quarkus.datasource.*`, `quarkus.vault.*`, `quarkus.log.*`).

                `ConfigurationReferenceTest` generates this page from the code. Do not edit it.
                """);
        for (String module : List.of("gateway", "broker")) {
            page.append("\n## ")
                    .append(HEADINGS.get(module))
                    .append("\n\n| setting | type | default | description |\n|---|---|---|---|\n");
            settings(module).forEach(row -> page.append(row).append('\n'));
        }
        return page.append(VAULT).append(MUTUAL_TLS).toString();
    }

    private static List<String> settings(String module) throws IOException {
        StaticJavaParser.getParserConfiguration().setLanguageLevel(ParserConfiguration.LanguageLevel.JAVA_17);
        List<String> rows = new ArrayList<>();
        try (Stream<Path> sources = Files.walk(Checkout.ROOT.resolve(module).resolve("src/main/java"))) {
            for (Path source : sources.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList()) {
                if (Files.readString(source).contains("@ConfigMapping")) {
                    rows.addAll(mapping(StaticJavaParser.parse(source)));
                }
            }
        }
        return rows.stream().sorted().toList();
    }

    private static List<String> mapping(CompilationUnit source) {
        List<String> rows = new ArrayList<>();
        for (ClassOrInterfaceDeclaration type : source.findAll(ClassOrInterfaceDeclaration.class)) {
            value(type, "ConfigMapping").ifPresent(prefix -> rows.addAll(members(type, prefix)));
        }
        return rows;
    }

    private static List<String> members(ClassOrInterfaceDeclaration type, String prefix) {
        List<String> rows = new ArrayList<>();
        for (MethodDeclaration method : type.getMethods()) {
            if (method.isDefault() || method.isStatic()) {
                continue;
            }
            String name = prefix + "." + value(method, "WithName").orElse(kebab(method.getNameAsString()));
            Optional<ClassOrInterfaceDeclaration> group = nested(type, method.getTypeAsString());
            Optional<ClassOrInterfaceDeclaration> entry =
                    nested(type, method.getTypeAsString().replaceAll("Map<String, ?(.*)>", "$1"));
            if (group.isPresent()) {
                rows.addAll(members(group.get(), name));
            } else if (entry.isPresent()) {
                // In the name of the setting, a placeholder stands for the key of the map.
                String parent = method.getAnnotationByName("WithParentName").isPresent() ? prefix : name;
                rows.addAll(
                        members(entry.get(), parent + ".\"<" + kebab(entry.get().getNameAsString()) + ">\""));
            } else {
                rows.add(row(name, method));
            }
        }
        return rows;
    }

    private static String row(String name, MethodDeclaration method) {
        String type = method.getTypeAsString()
                .replaceAll("@\\w+\\([^)]*\\) *", "")
                .replaceAll("Optional<(.*)>", "$1, optional");
        String text = method.getJavadoc()
                .map(javadoc -> javadoc.getDescription().toText())
                .orElseThrow(() -> new AssertionError(name + " has no Javadoc"));
        String words =
                text.replaceAll("\\{@(?:code|link|value) ([^}]*)}", "`$1`").replaceAll("<[^>]+>", "");
        return "| `" + name + "` | `" + type + "` | "
                + value(method, "WithDefault").map(it -> "`" + it + "`").orElse("") + " | "
                + words.replaceAll("\\s+", " ").replace("|", "\\|").strip() + range(method) + " |";
    }

    /** Returns a sentence with the range that the constraints of the setting, or of its elements, allow, or "". */
    private static String range(MethodDeclaration method) {
        Map<String, AnnotationExpr> constraints = new HashMap<>();
        method.findAll(AnnotationExpr.class).forEach(found -> constraints.put(found.getNameAsString(), found));
        AnnotationExpr range = constraints.get("Range");
        if (range != null) {
            return between(number(range, 0), number(range, 1));
        }
        AnnotationExpr min = constraints.get("DurationMin");
        AnnotationExpr max = constraints.get("DurationMax");
        return min != null && max != null ? between(duration(min), duration(max)) : "";
    }

    private static String between(String min, String max) {
        return " Between " + min + " and " + max + ".";
    }

    private static String number(AnnotationExpr range, int index) {
        return pair(range, index).getValue().toString().replace('_', ',');
    }

    private static String duration(AnnotationExpr limit) {
        MemberValuePair pair = pair(limit, 0);
        long amount = Long.parseLong(pair.getValue().toString());
        return pair.getNameAsString().equals("days")
                ? "P" + amount + "D"
                : Duration.of(amount, ChronoUnit.valueOf(pair.getNameAsString().toUpperCase(Locale.ROOT)))
                        .toString();
    }

    private static MemberValuePair pair(AnnotationExpr annotation, int index) {
        return annotation.asNormalAnnotationExpr().getPairs().get(index);
    }

    /** Finds a group of settings: a type in the same file, nested in {@code type} or next to it. */
    private static Optional<ClassOrInterfaceDeclaration> nested(ClassOrInterfaceDeclaration type, String name) {
        return type.findCompilationUnit().stream()
                .flatMap(file -> file.findAll(ClassOrInterfaceDeclaration.class).stream())
                .filter(member -> member.getNameAsString().equals(name))
                .findFirst();
    }

    private static Optional<String> value(NodeWithAnnotations<?> node, String annotation) {
        Optional<AnnotationExpr> found = node.getAnnotationByName(annotation);
        return found.map(expression -> expression.isSingleMemberAnnotationExpr()
                        ? expression.asSingleMemberAnnotationExpr().getMemberValue()
                        : expression.asNormalAnnotationExpr().getPairs().get(0).getValue())
                .map(value -> value.asStringLiteralExpr().asString());
    }

    private static String kebab(String name) {
        return name.replaceAll("([a-z0-9])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }
}
