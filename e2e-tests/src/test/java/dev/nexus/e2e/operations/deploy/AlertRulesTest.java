package dev.nexus.e2e.operations.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nexus.e2e.support.Checkout;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Compares the deployed PrometheusRule with the tested alert rules. */
class AlertRulesTest {

    @Test
    void prometheus_rule_contains_the_tested_alert_rules() throws IOException {
        JsonNode tested = Manifests.YAML.readTree(
                Checkout.ROOT.resolve("deploy/observability/alerts.yaml").toFile());
        JsonNode deployed = Manifests.ofKind(Manifests.objects("production"), "PrometheusRule")
                .findAny()
                .orElseThrow();

        assertThat(tested.path("groups")).isNotEmpty();
        assertThat(deployed.at("/spec/groups")).isEqualTo(tested.path("groups"));
    }
}
