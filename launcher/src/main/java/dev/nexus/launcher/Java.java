package dev.nexus.launcher;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Builds commands with the Java program that runs this process. */
public final class Java {

    private Java() {}

    static String executable() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Returns the command that runs a service's jar with {@code settings} as -D options. */
    public static List<String> command(
            Path jar, Map<String, String> settings, List<String> jvmOptions, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(executable(), "-XX:+UseSerialGC", "-Xmx256m"));
        command.addAll(jvmOptions);
        settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(arguments);
        return List.copyOf(command);
    }
}
