package dev.nexus.testsupport;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.annotation.Annotation;
import java.util.List;

/** Finds the public types of a module that no other package uses. A use in a test counts too. */
public final class PublicTypes {

    private static final JavaClasses WITH_TESTS = new ClassFileImporter().importPackages("dev.nexus");

    private final JavaClasses product;

    /** Reads the classes of the package and of the packages below it, without their tests. */
    public PublicTypes(String root) {
        this.product = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages(root);
    }

    public JavaClasses product() {
        return product;
    }

    /**
     * Returns the names of the public top-level types that no other package uses.
     *
     * @param neededByTheFramework annotations of types that the framework uses; these types are omitted
     */
    public List<String> unneeded(List<Class<? extends Annotation>> neededByTheFramework) {
        return product.stream()
                .filter(type -> type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(type -> neededByTheFramework.stream().noneMatch(type::isAnnotatedWith))
                .map(JavaClass::getName)
                .filter(name -> !isNeededByAnotherPackage(name))
                .toList();
    }

    /** Returns true if another package uses the type or one of its nested types. */
    private static boolean isNeededByAnotherPackage(String name) {
        String ownPackage = WITH_TESTS.get(name).getPackageName();
        return WITH_TESTS.stream()
                .filter(type -> type.getName().equals(name) || type.getName().startsWith(name + "$"))
                .flatMap(type -> type.getDirectDependenciesToSelf().stream())
                .anyMatch(use -> !use.getOriginClass().getPackageName().equals(ownPackage));
    }
}
