package dev.nexus.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The Java that this process runs on; the services run on the same. */
final class Java {

    private Java() {}

    static String executable() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** What runs a service's jar with {@code settings} as -D. */
    static List<String> command(
            Path jar, Map<String, String> settings, List<String> jvmOptions, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(executable(), "-XX:+UseSerialGC", "-Xmx256m"));
        command.addAll(jvmOptions);
        settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(arguments);
        return List.copyOf(command);
    }

    /** Runs a command of a service's jar to its end. */
    static void run(Path jar, Map<String, String> settings, List<String> arguments, Path log)
            throws IOException, InterruptedException {
        int code = new ProcessBuilder(command(jar, settings, List.of(), arguments))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        if (code != 0) {
            throw new LauncherException(
                    String.join(" ", arguments) + " ended with code " + code + "; its log is " + log);
        }
    }
}
