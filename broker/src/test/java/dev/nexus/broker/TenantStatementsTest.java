package dev.nexus.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.nexus.broker.audit.AuditLists;
import dev.nexus.testsupport.Promise;
import jakarta.persistence.Entity;
import jakarta.persistence.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Each statement on a tenant's table compares the tenant with a parameter, or inserts the tenant. The exceptions are
 * listed with their reason.
 */
class TenantStatementsTest {

    private static final Path MIGRATIONS = Path.of("src/main/resources/db/migration");
    private static final Path SOURCES = Path.of("src/main/java");

    private static final Set<String> WITHOUT_TENANT = Set.of("state_key", "job_lease");

    /** A row of these tables refers to the row that has the tenant. */
    private static final Set<String> BY_REFERENCE = Set.of("credential", "provider_version");

    /** These views have the tenant of each row. */
    private static final Set<String> VIEWS = Set.of("connection_current");

    private static final String ALL_TENANTS = "works on the rows of all tenants";

    /** Calls of Panache methods that find rows without the tenant, with the reason. */
    private static final Map<String, String> FINDS_WITHOUT_TENANT = Map.of(
            "ProviderRepository.java: findById",
            "reads a provider that the transaction has locked by its tenant, or a provider of the catalogue");

    private static final Map<String, String> EXCEPTIONS = Map.ofEntries(
            Map.entry("SweepStatements.EXPIRE", ALL_TENANTS),
            Map.entry("SweepStatements.DESTROY", ALL_TENANTS),
            Map.entry("SweepStatements.REVOKE", ALL_TENANTS),
            Map.entry("ResealStatements.CREDENTIAL_GROUPS", ALL_TENANTS),
            Map.entry("ResealStatements.CREDENTIAL_COUNT", ALL_TENANTS),
            Map.entry("ResealStatements.CREDENTIALS", ALL_TENANTS),
            Map.entry("ResealStatements.REPLACE_CREDENTIAL", ALL_TENANTS),
            Map.entry("ResealStatements.WEBHOOK_SECRET_GROUPS", ALL_TENANTS),
            Map.entry("ResealStatements.WEBHOOK_SECRET_COUNT", ALL_TENANTS),
            Map.entry("ResealStatements.WEBHOOK_SECRETS", ALL_TENANTS),
            Map.entry("ResealStatements.REPLACE_WEBHOOK_SECRET", ALL_TENANTS),
            Map.entry("DeliveryStatements.CLAIM", ALL_TENANTS),
            Map.entry("DeliveryStatements.WAITING", "counts the events of all tenants for a metric"),
            Map.entry("DeliveryStatements.EXPIRE", ALL_TENANTS),
            Map.entry("DeliveryStatements.DELETE_ENDED", ALL_TENANTS),
            Map.entry("DeliveryStatements.DELETE_EXPIRED_SECRETS", ALL_TENANTS),
            Map.entry("AuditTrailStatements.TENANT", "finds the next tenant"),
            Map.entry(
                    "ProviderRepository.CURRENT", "is a fragment, and each statement that uses it adds the condition"));

    @Test
    void each_table_is_listed_as_a_table_with_or_without_tenant() {
        Set<String> tables = new TreeSet<>(tenantTables());
        tables.addAll(WITHOUT_TENANT);

        Set<String> created = new TreeSet<>(createdTables().keySet());
        created.addAll(createdViews());
        assertThat(tables).containsExactlyInAnyOrderElementsOf(created);
    }

    @Test
    @Promise(19)
    void each_statement_on_a_tenants_table_has_the_tenant() {
        Map<String, String> statements = statements();
        Predicate<String> onTenantTable = onTenantTable();

        Set<String> withoutTenant = statements.entrySet().stream()
                .filter(statement -> onTenantTable.test(statement.getValue()))
                .filter(statement -> !hasTenant(statement.getValue()))
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(statements).hasSizeGreaterThan(60);
        assertThat(withoutTenant).containsExactlyInAnyOrderElementsOf(EXCEPTIONS.keySet());
    }

    @Test
    void no_repository_calls_a_panache_method_without_the_tenant() throws IOException {
        Pattern shortcut =
                Pattern.compile("(?<!\\w)(findById|findAll|listAll|streamAll|deleteById|deleteAll|count(?=\\(\\))"
                        + "|(?:find|list|stream|delete|update|count)(?=\\(\\s*\"))\\(");

        Set<String> found = new TreeSet<>();
        try (Stream<Path> sources = Files.walk(SOURCES)) {
            sources.filter(file -> file.toString().endsWith("Repository.java"))
                    .forEach(file -> shortcut.matcher(read(file))
                            .results()
                            .forEach(call -> found.add(file.getFileName() + ": " + call.group(1))));
        }

        assertThat(found).containsExactlyInAnyOrderElementsOf(FINDS_WITHOUT_TENANT.keySet());
    }

    @Test
    void each_list_of_audit_events_has_the_tenant() {
        assertThat(AuditLists.all("tenant", UUID.randomUUID(), "key"))
                .isNotEmpty()
                .allMatch(statement -> hasTenant(statement.sql()));
    }

    @Test
    void each_statement_on_a_tenants_table_is_a_constant() throws IOException {
        Pattern inline = Pattern.compile("[qQ]uery\\(\\s*\"([^\"]*)\"");
        try (Stream<Path> sources = Files.walk(SOURCES)) {
            List<String> statements = sources.filter(file -> file.toString().endsWith(".java"))
                    .map(TenantStatementsTest::read)
                    .flatMap(source -> inline.matcher(source).results())
                    .map(found -> found.group(1))
                    .toList();

            assertThat(statements).isNotEmpty().noneMatch(onTenantTable());
        }
    }

    private static boolean hasTenant(String sql) {
        boolean compares =
                Pattern.compile("\\btenant\\s*=\\s*(\\$\\d|:\\w)").matcher(sql).find();
        boolean inserts = Pattern.compile("^\\s*insert into \\w+\\s*\\([^)]*\\btenant\\b[^)]*\\)")
                .matcher(sql)
                .find();
        return compares || inserts || comparesPairs(sql);
    }

    /** Returns true for a statement of a SharedLookup, whose parameters are arrays of tenants and of ids. */
    private static boolean comparesPairs(String sql) {
        return sql.contains(
                        "from unnest((select $1::text[]), (select $2::uuid[])) with ordinality as pair(tenant, id, position)")
                && Pattern.compile("\\bwhere c\\.tenant = pair\\.tenant and c\\.id = pair\\.id\\s+limit 1\\b")
                        .matcher(sql)
                        .find();
    }

    private static Predicate<String> onTenantTable() {
        Set<String> names = tenantTables();
        names.addAll(tenantEntities());
        return Pattern.compile("\\b(from|join|into|update|versioned|using)\\s+(" + String.join("|", names) + ")\\b")
                .asPredicate();
    }

    /** The names that queries use for the entities of tenants. */
    private static Set<String> tenantEntities() {
        Set<String> tables = tenantTables();
        return classes()
                .map(JavaClass::reflect)
                .filter(type -> type.isAnnotationPresent(Entity.class))
                .filter(type -> tables.contains(type.getAnnotation(Table.class).name()))
                .map(Class::getSimpleName)
                .collect(Collectors.toSet());
    }

    private static Stream<JavaClass> classes() {
        return new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.nexus.broker").stream();
    }

    private static Set<String> tenantTables() {
        Set<String> tables = createdTables().entrySet().stream()
                .filter(table -> Pattern.compile("^\\s*tenant\\b", Pattern.MULTILINE)
                        .matcher(table.getValue())
                        .find())
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
        tables.addAll(BY_REFERENCE);
        tables.addAll(VIEWS);
        return tables;
    }

    /** The definition of each table that a migration creates. */
    private static Map<String, String> createdTables() {
        Pattern create = Pattern.compile("create table (\\w+) \\((.*?)\\n\\);", Pattern.DOTALL);
        try (Stream<Path> files = Files.list(MIGRATIONS)) {
            return files.map(TenantStatementsTest::read)
                    .flatMap(script -> create.matcher(script).results())
                    .collect(Collectors.toMap(found -> found.group(1), TenantStatementsTest::columns));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> createdViews() {
        Pattern create = Pattern.compile("create (?:or replace )?view (\\w+)");
        try (Stream<Path> files = Files.list(MIGRATIONS)) {
            return files.map(TenantStatementsTest::read)
                    .flatMap(script -> create.matcher(script).results())
                    .map(found -> found.group(1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String columns(MatchResult table) {
        return table.group(2);
    }

    /** The SQL of each statement, by class and constant. */
    private static Map<String, String> statements() {
        Map<String, String> statements = new TreeMap<>();
        classes()
                .filter(type -> type.getSimpleName().matches("\\w+(Statements|Repository|Query)"))
                .map(JavaClass::reflect)
                .forEach(type -> Arrays.stream(type.getDeclaredFields())
                        .filter(field -> Modifier.isStatic(field.getModifiers()))
                        .filter(field -> field.getType() == String.class)
                        .forEach(field -> statements.put(type.getSimpleName() + "." + field.getName(), text(field))));
        return statements;
    }

    private static String text(Field field) {
        try {
            field.setAccessible(true);
            return String.valueOf(field.get(null));
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
