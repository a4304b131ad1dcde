package dev.nexus.broker;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.TreeNode;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.nexus.strategy.Credential;
import dev.nexus.testsupport.BoundedCaches;
import dev.nexus.testsupport.ConstructorLimit;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/**
 * Dependency rules of the Broker. Each rule is a method: Surefire 3.5.3 does not run rules in fields
 * (TNG/ArchUnit#1442).
 */
@AnalyzeClasses(packages = "dev.nexus", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static void the_broker_does_not_depend_on_the_gateway(JavaClasses classes) {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage("dev.nexus.broker..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.nexus.gateway..");

        rule.check(classes);
    }

    @ArchTest
    static void only_statements_and_database_use_the_sql_client(JavaClasses classes) {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage("dev.nexus.broker..")
                .and()
                .resideOutsideOfPackage("dev.nexus.broker.database")
                .and(not(isOrIsNestedInClassEndingWith("Statements")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..sqlclient..", "io.vertx..pgclient..", "java.sql..");

        rule.check(classes);
    }

    @ArchTest
    static void only_entities_repositories_and_database_use_hibernate(JavaClasses classes) {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage("dev.nexus.broker..")
                .and()
                .resideOutsideOfPackage("dev.nexus.broker.database")
                .and(not(isOrIsNestedInClassEndingWith("Repository")))
                .and(not(isEntity()))
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("org.hibernate..", "jakarta.persistence..", "io.quarkus.hibernate..")
                                .and(not(resideInAPackage("org.hibernate.validator.."))));

        rule.check(classes);
    }

    private static DescribedPredicate<JavaClass> isOrIsNestedInClassEndingWith(String suffix) {
        return describe(
                "are, or are nested in, a …" + suffix,
                type -> type.getName().matches("[a-z.]+\\.\\w*" + suffix + "(\\$.+|_Bean|_ClientProxy)?"));
    }

    private static DescribedPredicate<JavaClass> isEntity() {
        return describe("are entities", type -> type.isAnnotatedWith("jakarta.persistence.Entity"));
    }

    @ArchTest
    static void only_the_local_cipher_uses_tink(JavaClasses classes) {
        ArchRule rule = noClasses()
                .that()
                .resideOutsideOfPackage("dev.nexus.broker.cipher.local..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.google.crypto.tink..");

        rule.check(classes);
    }

    @ArchTest
    static void only_the_vault_cipher_uses_vault(JavaClasses classes) {
        ArchRule rule = noClasses()
                .that()
                .resideOutsideOfPackage("dev.nexus.broker.cipher.vault..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.quarkus.vault..");

        rule.check(classes);
    }

    @ArchTest
    static void the_cipher_port_does_not_depend_on_its_implementations(JavaClasses classes) {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage("dev.nexus.broker.cipher")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.nexus.broker.cipher.local..", "dev.nexus.broker.cipher.vault..");

        rule.check(classes);
    }

    @ArchTest
    static void packages_have_no_cycles(JavaClasses classes) {
        ArchRule rule = slices().matching("dev.nexus.broker.(**)").should().beFreeOfCycles();

        rule.check(classes);
    }

    @ArchTest
    static void http_imports_no_feature(JavaClasses classes) {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage("dev.nexus.broker.http..")
                .should()
                .dependOnClassesThat(areOfBrokerOutside("dev.nexus.broker.http..", "dev.nexus.broker.database.."));

        rule.check(classes);
    }

    @ArchTest
    static void database_imports_no_feature(JavaClasses classes) {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage("dev.nexus.broker.database..")
                .should()
                .dependOnClassesThat(areOfBrokerOutside("dev.nexus.broker.database..", "dev.nexus.broker.batch.."));

        rule.check(classes);
    }

    private static DescribedPredicate<JavaClass> areOfBrokerOutside(String... packages) {
        return resideInAPackage("dev.nexus.broker..").and(resideOutsideOfPackages(packages));
    }

    @ArchTest
    static void contracts_do_not_depend_on_the_services(JavaClasses classes) {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage("dev.nexus.contracts..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("dev.nexus.broker..", "dev.nexus.gateway..", "io.quarkus..");

        rule.check(classes);
    }

    @ArchTest
    static void no_code_blocks_on_a_uni(JavaClasses classes) {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage("dev.nexus.broker..")
                .and()
                .haveSimpleNameNotEndingWith("AtStart")
                .and()
                // A command runs on its own thread, so it may block.
                .haveSimpleNameNotEndingWith("Command")
                .should()
                .callMethod(io.smallrye.mutiny.Uni.class, "await");

        rule.check(classes);
    }

    @ArchTest
    static void no_constructor_has_more_than_8_parameters(JavaClasses classes) {
        classes()
                .that()
                .resideInAPackage("dev.nexus.broker..")
                .should(new ConstructorLimit(8))
                .check(classes);
    }

    @ArchTest
    static void every_package_is_null_marked(JavaClasses classes) {
        assertThat(classes.stream()
                        .filter(type -> type.getPackageName().startsWith("dev.nexus"))
                        .map(type -> type.getPackage())
                        .distinct()
                        .filter(each -> !each.isAnnotatedWith(NullMarked.class)))
                .isEmpty();
    }

    /** Code passes the fields of a credential as {@code Credential}, which never prints a value. */
    @ArchTest
    static void no_signature_exposes_a_credential_as_a_json_tree(JavaClasses classes) {
        ArchRule features = codeUnits()
                .that()
                .areDeclaredInClassesThat()
                .resideInAnyPackage(
                        "dev.nexus.broker.capture..",
                        "dev.nexus.broker.cipher..",
                        "dev.nexus.broker.connection..",
                        "dev.nexus.broker.verification..")
                .and()
                .areNotPrivate()
                .should(haveNoJsonTree());
        ArchRule strategy = codeUnits()
                .that()
                .areDeclaredInClassesThat()
                .resideInAPackage("dev.nexus.strategy")
                .and()
                .areDeclaredInClassesThat()
                .arePublic()
                .and()
                .arePublic()
                .and(are(describe(
                        "not of Credential itself, and not parsing a strategy",
                        method -> !method.getOwner().getSimpleName().equals("Credential")
                                && !method.getFullName().startsWith("dev.nexus.strategy.StrategyJson.parse("))))
                .should(haveNoJsonTree());

        features.check(classes);
        strategy.check(classes);
    }

    private static ArchCondition<JavaCodeUnit> haveNoJsonTree() {
        return new ArchCondition<>("have no JsonNode in the signature") {
            @Override
            public void check(JavaCodeUnit method, ConditionEvents events) {
                Stream.concat(method.getParameterTypes().stream(), Stream.of(method.getReturnType()))
                        .flatMap(type -> type.getAllInvolvedRawTypes().stream())
                        .filter(type -> type.isAssignableTo(TreeNode.class))
                        .forEach(type -> events.add(SimpleConditionEvent.violated(
                                method, method.getFullName() + " has " + type.getName() + ": use Credential")));
            }
        };
    }

    @ArchTest
    static void only_the_definition_package_reveals_the_fields_of_a_credential(JavaClasses classes) {
        ArchRule rule = noClasses()
                .that()
                .resideOutsideOfPackage("dev.nexus.broker.provider.definition")
                .should()
                .callMethod(Credential.class, "reveal");

        rule.check(classes);
    }

    /** The channels are those of the database connections, which the pool limits. The others name files of settings. */
    @ArchTest
    static void caches_are_bounded(JavaClasses classes) {
        ArchRule rule = classes()
                .that()
                .resideInAnyPackage("dev.nexus.broker..", "dev.nexus.runtime..")
                .should(new BoundedCaches(Set.of(
                        "dev.nexus.broker.database.DatabaseSessions",
                        "dev.nexus.runtime.CertificateExpiry",
                        "dev.nexus.runtime.TlsReload")));

        rule.check(classes);
    }
}
