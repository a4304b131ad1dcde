package dev.nexus.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.quarkus.runtime.annotations.QuarkusMain;
import io.smallrye.config.ConfigMapping;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A type is public only if another package needs it. */
class PublicTypesTest {

    /** Quarkus or SmallRye makes instances of such a type, or a class that implements it. */
    private static final List<Class<? extends Annotation>> NEEDED_BY_THE_FRAMEWORK =
            List.of(ConfigMapping.class, QuarkusMain.class);

    /** Other packages need these, but the compiler leaves no trace: it inlines constants and infers a lambda's types. */
    private static final Set<String> NEEDED_ONLY_BY_SOURCES = Set.of(
            "dev.nexus.broker.database.ScanBudget",
            "dev.nexus.broker.http.RequestLog",
            "dev.nexus.broker.webhook.SealedSecret");

    private static final JavaClasses WITH_TESTS = new ClassFileImporter().importPackages("dev.nexus");

    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.nexus.broker");

    @Test
    void a_public_type_is_needed_by_another_package() {
        List<String> unneeded = PRODUCT.stream()
                .filter(type -> type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(type -> NEEDED_BY_THE_FRAMEWORK.stream().noneMatch(type::isAnnotatedWith))
                .map(JavaClass::getName)
                .filter(name -> !NEEDED_ONLY_BY_SOURCES.contains(name))
                .filter(name -> !isNeededByAnotherPackage(name))
                .toList();

        assertThat(PRODUCT).hasSizeGreaterThan(50);
        assertThat(unneeded).as("remove `public` from these types").isEmpty();
    }

    /** Also if only a nested type is needed. */
    private static boolean isNeededByAnotherPackage(String name) {
        String itsPackage = WITH_TESTS.get(name).getPackageName();
        return WITH_TESTS.stream()
                .filter(type -> type.getName().equals(name) || type.getName().startsWith(name + "$"))
                .flatMap(type -> type.getDirectDependenciesToSelf().stream())
                .anyMatch(use -> !use.getOriginClass().getPackageName().equals(itsPackage));
    }
}
