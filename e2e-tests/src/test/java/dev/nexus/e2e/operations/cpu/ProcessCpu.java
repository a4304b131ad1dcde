package dev.nexus.e2e.operations.cpu;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Reads the CPU time of a Java process from Linux. */
final class ProcessCpu {

    /** The names of the threads that compile bytecode start with these. Their time depends only on the warm-up. */
    private static final List<String> COMPILERS = List.of("C1 Compiler", "C2 Compiler");

    private ProcessCpu() {}

    /** Returns the nanoseconds that all threads except the compilers have run, in user mode and in the kernel. */
    static long nanos(long pid) {
        try (Stream<Path> threads = Files.list(Path.of("/proc", String.valueOf(pid), "task"))) {
            return threads.mapToLong(ProcessCpu::nanosOf).sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long nanosOf(Path thread) {
        try {
            String name = Files.readString(thread.resolve("comm"));
            String times = Files.readString(thread.resolve("schedstat"));
            return COMPILERS.stream().anyMatch(name::startsWith) ? 0 : Long.parseLong(times.split(" ", 2)[0]);
        } catch (IOException e) {
            if (Files.exists(thread)) {
                throw new UncheckedIOException(e);
            }
            // The thread has ended since it was listed. Idle compiler threads end.
            return 0;
        }
    }
}
