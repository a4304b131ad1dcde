package dev.nexus.runtime;

import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Whether the newest content of one file, or of one group of files, is in use. Thread-safe.
 *
 * <p>A service keeps the previous content while the new content is invalid. The service stays available, but a key that
 * was just removed from the file still works. Therefore each new failure is logged, and shown in readiness and as a
 * metric.
 */
public final class ReloadedFile {

    private static final Logger LOG = Logger.getLogger(ReloadedFile.class);

    private final String setting;
    private volatile Instant loadedAt = Instant.now();
    private volatile Optional<Problem> problem = Optional.empty();

    ReloadedFile(String setting) {
        this.setting = setting;
    }

    private record Problem(String reason, Instant since) {}

    /** Records that the service uses new content. */
    public synchronized void loaded() {
        loadedAt = Instant.now();
        valid();
    }

    /** Records that the file is unchanged or valid again. The service already uses its content. */
    public synchronized void valid() {
        if (problem.isPresent()) {
            LOG.infof("The file is valid again: setting=%s", setting);
            problem = Optional.empty();
        }
    }

    /**
     * Records that the file cannot be used. The service keeps using the previous content.
     *
     * @param reason the fault, without the content of the file
     */
    public synchronized void invalid(String reason) {
        if (problem.filter(known -> known.reason().equals(reason)).isEmpty()) {
            LOG.errorf(
                    "The file is invalid and the previous content stays in use. Fix the file: setting=%s reason=\"%s\"",
                    setting, reason);
            problem =
                    Optional.of(new Problem(reason, problem.map(Problem::since).orElseGet(Instant::now)));
        }
    }

    String setting() {
        return setting;
    }

    /** Returns true if the newest content of the file is in use. */
    public boolean isValid() {
        return problem.isEmpty();
    }

    Instant loadedAt() {
        return loadedAt;
    }

    /** The text for readiness: {@code valid}, or {@code invalid since} with the time and the reason. */
    String state() {
        return problem.map(found -> "invalid since " + found.since() + ": " + found.reason())
                .orElse("valid");
    }
}
