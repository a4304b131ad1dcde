package dev.nexus.e2e.operations.cpu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Reads the CPU time of a Java process from Linux. */
final class ProcessCpu {

    /** The names of the threads that compile bytecode start with these. Their time depends on the warm-up only. */
    private static final List<String> COMPILERS = List.of("C1 Compiler", "C2 Compiler");

    private ProcessCpu() {}

    /** Returns the nanoseconds that all threads except the compilers have run, in user mode and in the kernel. */
    static long nanos(long pid) {
        try (Stream<Path> threads = Files.list(Path.of("/proc", String.valueOf(pid), "task"))) {
            return threads.filter(thread -> COMPILERS.stream().noneMatch(read(thread, "comm")::startsWith))
                    .mapToLong(
                            thread -> Long.parseLong(read(thread, "schedstat").split(" ", 2)[0]))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path thread, String file) {
        try {
            return Files.readString(thread.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
