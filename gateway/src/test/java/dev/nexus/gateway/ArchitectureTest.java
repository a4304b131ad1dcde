package dev.nexus.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;

/** The arrows of the Gateway. Methods, not fields: Surefire runs no rule that is a field. */
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
    static void every_package_is_null_marked(JavaClasses classes) {
        assertThat(classes.stream()
                        .filter(type -> type.getPackageName().startsWith("dev.nexus"))
                        .map(type -> type.getPackage())
                        .distinct()
                        .filter(type -> !type.isAnnotatedWith(NullMarked.class)))
                .isEmpty();
    }
}
