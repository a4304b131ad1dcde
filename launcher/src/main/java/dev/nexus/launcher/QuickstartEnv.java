package dev.nexus.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The content of {@code target/quickstart.env}: one {@code NAME=value} on each line. Mode 0600, because it has keys.
 */
record QuickstartEnv(Map<String, String> values) {

    static final String RETURN_URL = "https://your-app.com/connections/callback";

    static QuickstartEnv of(Nexus nexus) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("GATEWAY_URL", nexus.gatewayUrl());
        values.put("BROKER_URL", nexus.brokerUrl());
        values.put(
                "GATEWAY_MANAGEMENT_URL", "http://127.0.0.1:" + nexus.gateway().managementPort());
        values.put("BROKER_MANAGEMENT_URL", "http://127.0.0.1:" + nexus.broker().managementPort());
        values.put("API_KEY", nexus.keys().get(0).key());
        values.put("OTHER_API_KEY", nexus.keys().get(1).key());
        values.put("CAPTURE_ONLY_API_KEY", nexus.keys().get(2).key());
        values.put("RETURN_URL", RETURN_URL);
        return new QuickstartEnv(values);
    }

    /** Returns a copy with one more value. */
    QuickstartEnv with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(values);
        more.put(name, value);
        return new QuickstartEnv(more);
    }

    void write(Path file) throws IOException {
        StringBuilder text = new StringBuilder();
        values.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        // Atomic, so that a process that waits for the file never reads half of it.
        Path next = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(next);
        OwnerOnly.file(next);
        Files.writeString(next, text);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public String toString() {
        return "QuickstartEnv" + values.keySet();
    }
}
