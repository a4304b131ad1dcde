package dev.nexus.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.nexus.testsupport.BoundedCaches;
import dev.nexus.testsupport.ConstructorLimit;
import java.util.Set;
import org.jspecify.annotations.NullMarked;

/**
 * Dependency rules of the Gateway. Each rule is a method: Surefire 3.5.3 does not run rules in fields
 * (TNG/ArchUnit#1442).
 */
@AnalyzeClasses(packages = "dev.nexus", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static void the_gateway_does_not_know_the_broker(JavaClasses classes) {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage("dev.nexus.gateway..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.nexus.broker..");

        rule.check(classes);
    }

    @ArchTest
    static void the_gateway_has_no_database(JavaClasses classes) {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage("dev.nexus.gateway..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "io.vertx.sqlclient..");

        rule.check(classes);
    }

    @ArchTest
    static void only_the_broker_client_knows_the_rest_client(JavaClasses classes) {
        ArchRule rule = noClasses()
                .that()
                .resideInAPackage("dev.nexus.gateway..")
                .and()
                .resideOutsideOfPackage("dev.nexus.gateway.broker..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.quarkus.rest.client..");

        rule.check(classes);
    }

    @ArchTest
    static void packages_import_only_those_below_them(JavaClasses classes) {
        ArchRule rule = layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("main")
                .definedBy("dev.nexus.gateway")
                .layer("api")
                .definedBy("dev.nexus.gateway.api..")
                .layer("page")
                .definedBy("dev.nexus.gateway.page..")
                .layer("apikey")
                .definedBy("dev.nexus.gateway.apikey..")
                .layer("broker")
                .definedBy("dev.nexus.gateway.broker..")
                .layer("http")
                .definedBy("dev.nexus.gateway.http..")
                .whereLayer("main")
                .mayOnlyAccessLayers("apikey", "broker")
                .whereLayer("api")
                .mayOnlyAccessLayers("apikey", "broker", "http")
                .whereLayer("page")
                .mayOnlyAccessLayers("broker", "http")
                .whereLayer("apikey")
                .mayOnlyAccessLayers("http")
                .whereLayer("broker")
                .mayOnlyAccessLayers("http")
                .whereLayer("http")
                .mayNotAccessAnyLayer();

        rule.check(classes);
    }

    @ArchTest
    static void each_class_is_in_a_package_with_a_rule(JavaClasses classes) {
        ArchRule rule = classes()
                .that()
                .resideInAPackage("dev.nexus.gateway..")
                .should()
                .resideInAnyPackage(
                        "dev.nexus.gateway",
                        "dev.nexus.gateway.api",
                        "dev.nexus.gateway.page",
                        "dev.nexus.gateway.apikey",
                        "dev.nexus.gateway.broker",
                        "dev.nexus.gateway.http");

        rule.check(classes);
    }

    @ArchTest
    static void packages_are_free_of_cycles(JavaClasses classes) {
        ArchRule rule = slices().matching("dev.nexus.gateway.(*)..").should().beFreeOfCycles();

        rule.check(classes);
    }

    @ArchTest
    static void no_constructor_has_more_than_8_parameters(JavaClasses classes) {
        classes()
                .that()
                .resideInAPackage("dev.nexus.gateway..")
                .should(new ConstructorLimit(8))
                .check(classes);
    }

    @ArchTest
    static void no_constructor_of_the_page_has_more_than_7_parameters(JavaClasses classes) {
        classes()
                .that()
                .resideInAPackage("dev.nexus.gateway.page..")
                .should(new ConstructorLimit(7))
                .check(classes);
    }

    @ArchTest
    static void each_package_is_null_marked(JavaClasses classes) {
        assertThat(classes.stream()
                        .filter(type -> type.getPackageName().startsWith("dev.nexus"))
                        .map(type -> type.getPackage())
                        .distinct()
                        .filter(each -> !each.isAnnotatedWith(NullMarked.class)))
                .isEmpty();
    }

    /** The entries are the open connections to Brokers, and the API keys of the file. */
    @ArchTest
    static void caches_are_bounded(JavaClasses classes) {
        ArchRule rule = classes()
                .that()
                .resideInAPackage("dev.nexus.gateway..")
                .should(new BoundedCaches(
                        Set.of("dev.nexus.gateway.broker.BrokerConnections", "dev.nexus.gateway.apikey.RateLimits")));

        rule.check(classes);
    }
}
