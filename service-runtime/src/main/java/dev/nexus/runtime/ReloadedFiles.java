package dev.nexus.runtime;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The files that this service reloads while it runs, with the metrics {@code nexus.file.valid} and
 * {@code nexus.file.loaded.timestamp} (Unix time), both with the label {@code file}: the setting that names the file.
 */
@ApplicationScoped
public class ReloadedFiles {

    private final MeterRegistry meters;
    private final Map<String, ReloadedFile> files = new ConcurrentSkipListMap<>();

    public ReloadedFiles(MeterRegistry meters) {
        this.meters = meters;
    }

    /**
     * Returns the state of the file that {@code setting} names. The first state is valid, because a service refuses to
     * start with an invalid file.
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
