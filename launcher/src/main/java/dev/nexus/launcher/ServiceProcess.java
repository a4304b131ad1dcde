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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One of the two services as a process: its packaged jar with settings, logging to a file. */
public final class ServiceProcess implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration STOP = Duration.ofSeconds(15);
    private static final int TAIL_LINES = 30;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

    private final String name;
    private final List<String> command;
    private final URI ready;
    private final Path log;
    private Process process;

    private ServiceProcess(String name, List<String> command, URI ready, Path log) throws IOException {
        this.name = name;
        this.command = command;
        this.ready = ready;
        this.log = log;
        this.process = run();
    }

    /**
     * Starts a service without waiting for it.
     *
     * @param settings its -D settings, with quarkus.management.port among them
     */
    public static ServiceProcess start(String name, Path jar, Map<String, String> settings, Path log)
            throws IOException {
        if (!Files.exists(jar)) {
            throw new LauncherException("The " + name + " is not built; run ./quickstart, or mvn package");
        }
        List<String> command = new ArrayList<>(List.of(Java.executable(), "-XX:+UseSerialGC", "-Xmx256m"));
        settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.addAll(List.of("-jar", jar.toString()));
        URI ready = URI.create("http://127.0.0.1:" + settings.get("quarkus.management.port") + "/q/health/ready");
        return new ServiceProcess(name, List.copyOf(command), ready, log);
    }

    private Process run() throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Waits until the service says that it is ready. */
    public void awaitReady() throws InterruptedException {
        Instant patience = Instant.now().plus(START);
        while (!isReady()) {
            if (!process.isAlive()) {
                throw new LauncherException(
                        "The " + name + " ended with code " + process.exitValue() + ". Its log ends with:\n" + tail());
            }
            if (Instant.now().isAfter(patience)) {
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

    /** The process's id. */
    public long pid() {
        return process.pid();
    }

    public Path log() {
        return log;
    }

    /** SIGKILL, and waits for the end. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Starts it again with the same command, without waiting until it is ready. */
    public void restart() throws IOException {
        process = run();
    }

    /** SIGTERM; SIGKILL where that is not heard. */
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
