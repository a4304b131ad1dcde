package dev.nexus.e2e.operations.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nexus.e2e.support.Checkout;
import dev.nexus.e2e.support.NeedsOnPath;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The value monitoring.prometheusRule.runbookBaseUrl of the chart is the base address of the alerts' runbook links. */
@NeedsOnPath("helm")
class RunbookLinksTest {

    @Test
    void each_alert_links_to_the_documentation_address_of_the_values() {
        String rendered = Command.of(
                        "helm",
                        "template",
                        "nexus",
                        Checkout.ROOT.resolve("deploy/helm/nexus").toString(),
                        "--kube-version=1.34",
                        "--values=" + Checkout.ROOT.resolve("deploy/helm/environments/production.yaml"),
                        "--set=monitoring.prometheusRule.runbookBaseUrl=https://git.example.org/nexus/-/blob/main/docs")
                .run()
                .orFail();

        List<String> links = Manifests.ofKind(Manifests.parse(rendered), "PrometheusRule")
                .flatMap(rule -> rule.at("/spec/groups").findValues("runbook_url").stream())
                .map(JsonNode::asText)
                .toList();
        assertThat(links)
                .hasSizeGreaterThan(10)
                .allMatch(
                        link -> link.startsWith("https://git.example.org/nexus/-/blob/main/docs/operations/runbooks/"));
    }
}
