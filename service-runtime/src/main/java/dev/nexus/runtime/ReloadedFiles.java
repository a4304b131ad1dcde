package dev.nexus.runtime;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The files and groups of files that this service reloads while it runs. Each has the metrics {@code nexus.file.valid}
 * and {@code nexus.file.loaded.timestamp} (Unix time). The value of their label {@code file} is the name of the
 * setting, for example {@code nexus.gateway.api-keys-file}. For a group of TLS files, it is the prefix of their
 * settings: {@code quarkus.tls.gateway} or {@code quarkus.tls.broker}.
 */
@ApplicationScoped
public class ReloadedFiles {

    private final MeterRegistry meters;
    private final Map<String, ReloadedFile> files = new ConcurrentSkipListMap<>();

    public ReloadedFiles(MeterRegistry meters) {
        this.meters = meters;
    }

    /**
     * Returns the state of the file, or group of files, of {@code setting}. A new state is valid. The caller must
     * report an invalid file.
     */
    public ReloadedFile of(String setting) {
        return files.computeIfAbsent(setting, this::register);
    }

    private ReloadedFile register(String setting) {
        ReloadedFile file = new ReloadedFile(setting);
        Gauge.builder("nexus.file.valid", file, reloaded -> reloaded.isValid() ? 1 : 0)
                .description("1 while the newest content of a reloaded file is in use; 0 while it is invalid and the"
                        + " previous content stays in use")
                .tag("file", setting)
                .register(meters);
        Gauge.builder("nexus.file.loaded.timestamp", file, reloaded ->
                        (double) reloaded.loadedAt().getEpochSecond())
                .description("Unix time when the service loaded the content of a reloaded file")
                .baseUnit("seconds")
                .tag("file", setting)
                .register(meters);
        return file;
    }

    List<ReloadedFile> all() {
        return List.copyOf(files.values());
    }
}
