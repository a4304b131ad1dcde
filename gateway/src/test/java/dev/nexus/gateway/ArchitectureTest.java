package dev.nexus.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;

/** The arrows of the Gateway. */
@AnalyzeClasses(packages = "dev.nexus", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule the_gateway_does_not_know_the_broker = noClasses()
            .that()
            .resideInAPackage("dev.nexus.gateway..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.nexus.broker..");

    @ArchTest
    static final ArchRule the_gateway_has_no_database = noClasses()
            .that()
            .resideInAPackage("dev.nexus.gateway..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "io.vertx.sqlclient..");

    @ArchTest
    static final ArchRule only_the_broker_client_knows_the_rest_client = noClasses()
            .that()
            .resideInAPackage("dev.nexus.gateway..")
            .and()
            .resideOutsideOfPackage("dev.nexus.gateway.brokerclient..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.quarkus.rest.client..");

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
