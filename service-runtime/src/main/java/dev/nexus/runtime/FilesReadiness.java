package dev.nexus.runtime;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Always ready, because a service keeps using the previous content of an invalid file. Lists the files and their
 * errors.
 */
@Readiness
@ApplicationScoped
public class FilesReadiness implements HealthCheck {

    private final ReloadedFiles files;

    FilesReadiness(ReloadedFiles files) {
        this.files = files;
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder response = HealthCheckResponse.named("files").up();
        files.all().forEach(file -> response.withData(file.setting(), file.state()));
        return response.build();
    }
}
