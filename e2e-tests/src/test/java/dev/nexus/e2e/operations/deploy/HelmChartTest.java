package dev.nexus.e2e.operations.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nexus.e2e.operations.deploy.Command.Outcome;
import dev.nexus.e2e.support.Checkout;
import dev.nexus.e2e.support.NeedsOnPath;
import dev.nexus.testsupport.RealPython;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** deploy/helm/check passes, and finds faults. The tests of the chart itself are in deploy/helm/chart_test.py. */
@NeedsOnPath({"helm", "kubeconform"})
class HelmChartTest {

    private static String python;

    @TempDir
    private Path copy;

    @BeforeAll
    static void findPython() throws InterruptedException {
        python = RealPython.having("kubernetes_validate").path();
    }

    @Test
    void chart_is_valid_and_the_committed_manifests_are_its_output() {
        Outcome outcome = check(Checkout.ROOT);

        assertThat(outcome.exit()).as(outcome.out() + outcome.err()).isZero();
        assertThat(outcome.out()).contains("the chart is valid, and the committed manifests are up to date");
    }

    @Test
    void changed_template_and_wrong_object_are_found() throws IOException {
        copy("deploy/helm");
        copy("deploy/kubernetes");
        copy("deploy/observability");
        Files.delete(copy.resolve("deploy/helm/chart_test.py"));
        Path template = copy.resolve("deploy/helm/nexus/templates/broker.yaml");
        Files.writeString(template, Files.readString(template).replace("minReadySeconds: 15", "minReadySecond: 15"));

        Outcome outcome = check(copy);

        assertThat(outcome.exit()).isEqualTo(1);
        assertThat(outcome.err())
                .contains("deploy/kubernetes/production.yaml is not up to date. Run: deploy/helm/check --write");
        assertThat(outcome.out()).contains("+  minReadySecond: 15", "Deployment nexus-broker is invalid");
    }

    private static Outcome check(Path root) {
        return Command.of(root.resolve("deploy/helm/check").toString())
                .with("NEXUS_TEST_PYTHON", Path.of(python))
                .run();
    }

    private void copy(String folder) throws IOException {
        Files.createDirectories(copy.resolve("deploy"));
        try (Stream<Path> files = Files.walk(Checkout.ROOT.resolve(folder))) {
            files.forEach(file -> {
                try {
                    Files.copy(file, copy.resolve(Checkout.ROOT.relativize(file).toString()));
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
        }
    }
}
