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
 * docs/reference/configuration.md is made from the @ConfigMapping interfaces and their Javadoc. When this test fails, run
 * {@code mvn verify -DskipITs -Dtest=ConfigurationReferenceTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dnexus.docs.write=true} and commit the result.
 */
class ConfigurationReferenceTest {

    /** Quarkus's settings that production does not start without. */
    private static final String MUTUAL_TLS = """

            ## Mutual TLS

            The Gateway and the Broker speak mutual TLS 1.3, and the Broker looks at the Gateway's certificate on every
            request, before the service token. In production neither starts without it. The quickstart makes
            certificates of its own, under `target/quickstart/tls`.

            | Broker | what it is |
            |---|---|
            | `quarkus.tls.gateway.key-store.pem.0.cert`, `….key` | the Broker's certificate, for the host in the Gateway's `nexus.gateway.broker-url`, with what leads to its authority; its key (PKCS#8) |
            | `quarkus.tls.gateway.trust-store.pem.certs` | the authorities of the Gateway's certificate, one or more PEM files; best an authority for this alone |
            | `quarkus.tls.gateway.certificate-revocation-list` | optional: revocation lists, PEM or DER |
            | `nexus.broker.gateway-identity` | the name in the Gateway's certificate |
            | `quarkus.http.tls-configuration-name` | `gateway`; set already in production |
            | `quarkus.http.ssl-port` | 8081 by default; plain HTTP is off |

            | Gateway | what it is |
            |---|---|
            | `nexus.gateway.broker-url` | `https://…` |
            | `quarkus.tls.broker.key-store.pem.0.cert`, `….key` | the Gateway's client certificate, with `nexus.broker.gateway-identity` in its subjectAltName; its key |
            | `quarkus.tls.broker.trust-store.pem.certs` | the authorities of the Broker's certificate |

            Both services reload the files every 2 s and log `The files of quarkus.tls.… were read again` when they have
            changed. Replace a certificate and its key in one step, as a Kubernetes secret's mount does. A service ignores
            files that it cannot use, such as a certificate beside another one's key: it keeps the previous ones and
            [reports it](../operations/runbooks/alerts.md#nexusfileinvalid). A service whose own certificate has expired is not ready,
            see [the runbook](../operations/runbooks/expired-certificate.md).

            A certificate of the same authority is simply replaced. To change the authority, wait for that line in both
            logs after each step: let both trust the old and the new authority; replace both certificates; let both trust
            the new one alone. No request fails on the way. For a key that leaked see
            [the runbook](../operations/runbooks/leaked-gateway-key.md).

            The management port (health, metrics) is plain HTTP; keep it inside. A Broker for trying things out without
            TLS, never in production, takes `quarkus.http.insecure-requests=enabled`.
            """;

    private static final String VAULT = """

            ## Vault

            With `nexus.cipher.kind=transit` the Broker connects to Vault by the settings of
            [quarkus-vault](https://docs.quarkiverse.io/quarkus-vault/dev/index.html). The Broker uses these:

            | Broker | default | what it is |
            |---|---|---|
            | `quarkus.vault.url` | | Vault's address, such as `https://vault.example.com:8200`; in production https, unless Vault is on the same machine |
            | `quarkus.vault.tls.ca-cert` | those that Java trusts | a file with the authorities (PEM) of Vault's certificate |
            | `quarkus.vault.tls.use-kubernetes-ca-cert` | `false` | whether to trust the cluster's authority if `ca-cert` is absent and the login is by Kubernetes |
            | `quarkus.vault.enterprise.namespace` | | the Vault namespace (Vault Enterprise) |
            | `quarkus.vault.transit-secret-engine-mount-path` | `transit` | where the transit engine is mounted |
            | `quarkus.vault.authentication.kubernetes.role` | | the role at Vault; chooses the login by Kubernetes |
            | `quarkus.vault.authentication.kubernetes.auth-mount-path` | `kubernetes` | where the Kubernetes auth method is mounted |
            | `quarkus.vault.authentication.kubernetes.jwt-token-path` | `/var/run/secrets/kubernetes.io/serviceaccount/token` | the service account's token, read again at each login |
            | `quarkus.vault.authentication.app-role.role-id` | | the role id; chooses the login by AppRole |
            | `quarkus.vault.authentication.app-role.secret-id` | | the secret id; better a file, `nexus.cipher.transit.app-role.secret-id-file` |
            | `quarkus.vault.authentication.app-role.auth-mount-path` | `approle` | where the AppRole auth method is mounted |
            | `quarkus.vault.connect-timeout` | `PT1S` | how long opening a connection may take, at most a minute |
            | `quarkus.vault.read-timeout` | `PT1.5S` | how long one call may take, at most a minute; less than the two seconds that a request has |
            | `quarkus.vault.proxy-host`, `….proxy-port`, `….non-proxy-hosts` | | a proxy between the Broker and Vault |

            The Broker renews its token in the background and never skips the check of Vault's certificate, so
            `renew-grace-period` has no effect and `tls.skip-verify=true` is refused. It does not read settings
            from Vault: `secret-config-kv-path` is refused, also with a prefix and below `kv-secret-engine`.
            [Decision 0007](../explanation/decisions/0007-quarkus-vault.md) explains what the Broker replaces in the extension.
            """;

    private static final Map<String, String> HEADINGS = Map.of("gateway", "Gateway", "broker", "Broker");

    private static final Path REFERENCE = Checkout.ROOT.resolve("docs/reference/configuration.md");

    @Test
    void the_reference_is_what_the_code_says() throws IOException {
        String generated = reference();

        if (Boolean.getBoolean("nexus.docs.write")) {
            Files.writeString(REFERENCE, generated);
        }

        assertThat(REFERENCE).content().isEqualTo(generated);
    }

    private static String reference() throws IOException {
        StringBuilder page = new StringBuilder("""
                # Configuration

                Every setting of Nexus's own. Give it as a system property (`-Dnexus.state.ttl=PT2M`), an environment
                variable (`NEXUS_STATE_TTL=PT2M`) or in `config/application.yaml` beside the service; the quickstart
                hands any `-D` to both services. Durations are ISO 8601. A setting without a default that is not
                optional must be given. Ports, TLS, the database, Vault and logs are Quarkus's own
                settings (`quarkus.http.*`, `quarkus.datasource.*`, `quarkus.vault.*`, `quarkus.log.*`).

                Made from the code by `ConfigurationReferenceTest`; do not edit.
                """);
        for (String module : List.of("gateway", "broker")) {
            page.append("\n## ")
                    .append(HEADINGS.get(module))
                    .append("\n\n| setting | type | default | what it does |\n|---|---|---|---|\n");
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
                // A map: its key stands for each of its entries.
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

    /** The range that the setting's constraints, or those of its elements, allow. */
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

    /** A group of settings is a type of the same file, beside or within the one that has it. */
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
