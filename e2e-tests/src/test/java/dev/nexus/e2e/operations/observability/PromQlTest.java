package dev.nexus.e2e.operations.observability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nexus.e2e.operations.observability.PromQl.Selector;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PromQlTest {

    @Test
    void finds_exactly_the_metrics_labels_and_groupings() {
        PromQl query = PromQl.of("""
                # sum(comment_total)
                histogram_quantile(0.99, sum by (le, operation) (rate(a_bucket{job="x{y}",uri=~"/v1/(b|c)",status!='5..'}[5m])))
                  / on (job) group_left (team) min without (pod) (ns:b:rate5m offset 1h) > bool 2 * 8.64e4
                  and max(c) or absent(up{job="d"}) unless time() - e > 7d
                """);

        assertThat(query.selectors())
                .containsExactly(
                        new Selector("a_bucket", Set.of("job", "uri", "status")),
                        new Selector("ns:b:rate5m", Set.of()),
                        new Selector("c", Set.of()),
                        new Selector("up", Set.of("job")),
                        new Selector("e", Set.of()));
        assertThat(query.groupings()).containsExactlyInAnyOrder("le", "operation", "job", "team", "pod");
    }

    @Test
    void a_grouping_after_the_arguments_is_found() {
        PromQl query = PromQl.of("sum(rate(a_total[5m])) by (outcome)");

        assertThat(query.selectors()).containsExactly(new Selector("a_total", Set.of()));
        assertThat(query.groupings()).containsExactly("outcome");
    }

    @Test
    void selector_without_a_metric_name_is_rejected() {
        assertThatThrownBy(() -> PromQl.of("sum({__name__=~\"nexus_.*\"})"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
