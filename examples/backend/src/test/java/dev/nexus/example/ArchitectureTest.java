package dev.nexus.example;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import org.jspecify.annotations.NullMarked;

/**
 * Dependency rules of the example. Each rule is a method: Surefire 3.5.3 does not run rules in fields
 * (TNG/ArchUnit#1442).
 */
@AnalyzeClasses(packages = "dev.nexus.example", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static void the_example_does_not_use_classes_of_the_services(JavaClasses classes) {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.nexus.gateway..", "dev.nexus.broker..", "dev.nexus.contracts..", "dev.nexus.runtime..")
                .check(classes);
    }

    @ArchTest
    static void only_the_package_nexus_calls_the_gateway(JavaClasses classes) {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.nexus.example.nexus..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.eclipse.microprofile.rest.client..", "io.quarkus.rest.client..")
                .check(classes);
    }

    @ArchTest
    static void packages_have_no_cycles(JavaClasses classes) {
        slices().matching("dev.nexus.example.(*)..").should().beFreeOfCycles().check(classes);
    }

    @ArchTest
    static void every_package_is_null_marked(JavaClasses classes) {
        assertThat(classes.stream()
                        .map(type -> type.getPackage())
                        .distinct()
                        .filter(each -> !each.isAnnotatedWith(NullMarked.class)))
                .isEmpty();
    }
}
