package dev.nexus.launcher;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the packaged jar of a service as a process. Appends the output of the process to a log file. */
public final class ServiceProcess implements AutoCloseable {

    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration STOP = Duration.ofSeconds(15);
    private static final int TAIL_LINES = 30;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

    private final String name;
    private final List<String> command;
    private final Map<String, String> settings;
    private final URI ready;
    private final Path log;
    private Process process;

    private ServiceProcess(String name, List<String> command, Map<String, String> settings, Path log)
            throws IOException {
        this.name = name;
        this.command = command;
        this.settings = Map.copyOf(settings);
        this.ready = URI.create("http://127.0.0.1:" + managementPort() + "/q/health/ready");
        this.log = log;
        this.process = run();
    }

    /**
     * Starts a service without waiting for it.
     *
     * @param settings passed as -D options; must contain quarkus.http.port and quarkus.management.port
     */
    public static ServiceProcess start(String name, Path jar, Map<String, String> settings, Path log)
            throws IOException {
        return start(name, jar, settings, List.of(), log);
    }

    /** Starts the service with additional JVM options. */
    public static ServiceProcess start(
            String name, Path jar, Map<String, String> settings, List<String> jvmOptions, Path log) throws IOException {
        if (!Files.exists(jar)) {
            throw new LauncherException("The " + name + " is not built. Run ./quickstart or mvn package.");
        }
        return new ServiceProcess(name, Java.command(jar, settings, jvmOptions, List.of()), settings, log);
    }

    private Process run() throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /**
     * Waits until the service is ready. Throws {@link LauncherException} with the end of its log if it exits or is not
     * ready within three minutes.
     */
    public void awaitReady() throws InterruptedException {
        Instant deadline = Instant.now().plus(START);
        while (!isReady()) {
            if (!process.isAlive()) {
                throw new LauncherException(
                        "The " + name + " exited with code " + process.exitValue() + ". Its log ends with:\n" + tail());
            }
            if (Instant.now().isAfter(deadline)) {
                throw new LauncherException("The " + name + " was not ready within " + START.toSeconds()
                        + " seconds. Its log ends with:\n" + tail());
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(ready).timeout(Duration.ofSeconds(2)).build();
            return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
        } catch (IOException unreadable) {
            return "(the log " + log + " cannot be read)";
        }
    }

    /** The port of the API. */
    public int port() {
        return port("quarkus.http.port");
    }

    /** The port of health and metrics, over plain HTTP. */
    public int managementPort() {
        return port("quarkus.management.port");
    }

    private int port(String setting) {
        return Integer.parseInt(settings.getOrDefault(setting, ""));
    }

    /** The id of the process. */
    public long pid() {
        return process.pid();
    }

    public Path log() {
        return log;
    }

    /** Sends SIGKILL and waits until the process has ended. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Starts the process again with the same command, after it has ended. Does not wait until it is ready. */
    public void restart() throws IOException {
        process = run();
    }

    /** Sends SIGTERM, and SIGKILL after 15 seconds. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
