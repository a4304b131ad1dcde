package dev.nexus.broker.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.broker.testing.SourceFiles;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** One builder writes all audit events, and one enum names their actions. */
class AuditTest {

    private static final Path MAIN = Path.of("src/main");

    /** The types of webhook events have separate names in JSON. Some equal the name of an action. */
    private static final Set<String> ENUMS = Set.of("AuditAction.java", "EventType.java");

    @Test
    void only_the_enum_names_an_action() {
        String actions = Arrays.stream(AuditAction.values())
                .map(action -> Pattern.quote(action.wire()))
                .collect(Collectors.joining("|"));
        Predicate<String> namesAction =
                Pattern.compile("[\"'](" + actions + ")[\"']").asPredicate();

        List<String> named = SourceFiles.matching(MAIN, namesAction);

        assertThat(named).containsExactlyInAnyOrderElementsOf(ENUMS);
    }

    @Test
    void only_the_builder_inserts_events() {
        Predicate<String> inserts = Pattern.compile("insert\\s+into\\s+audit_event", Pattern.CASE_INSENSITIVE)
                .asPredicate();

        List<String> inserting = SourceFiles.matching(MAIN, inserts);

        assertThat(inserting).containsExactly("Audit.java");
    }

    @Test
    void an_event_without_source_rows_is_inserted_from_placeholders() {
        String insert = Audit.of(AuditAction.PROVIDER_CHANGED)
                .tenant("$1")
                .provider("$2")
                .by("$3", "$4", "$5")
                .insert();

        assertThat(insert)
                .isEqualTo("insert into audit_event"
                        + " (action, outcome, tenant, provider_id, key_id, request_id, client_address)"
                        + " select 'provider.changed', 'success', $1, $2, $3, $4, $5");
    }

    @Test
    void events_with_different_columns_do_not_share_an_insert() {
        Audit byCaller =
                Audit.of(AuditAction.CONNECTION_REVOKED).connections("revoked").by("$3", "$4", "$5");
        Audit bySystem = Audit.of(AuditAction.CREDENTIAL_DESTROYED)
                .connections("destroyed")
                .bySystem("'sweeper'");

        assertThatThrownBy(() -> byCaller.insertWith(bySystem)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void events_with_a_different_column_order_do_not_share_an_insert() {
        Audit keyFirst =
                Audit.of(AuditAction.CONNECTION_REVOKED).by("$1", "$2", "$3").connections("revoked");
        Audit connectionFirst = Audit.of(AuditAction.CREDENTIAL_DESTROYED)
                .connections("destroyed")
                .by("$1", "$2", "$3");

        assertThatThrownBy(() -> keyFirst.insertWith(connectionFirst)).isInstanceOf(IllegalArgumentException.class);
    }
}
