package dev.nexus.broker.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;

/** Records log lines until {@link #close}, each with its level and its exceptions. */
public final class LogLines extends Handler implements AutoCloseable {

    private static final Logger NEXUS = Logger.getLogger("dev.nexus");

    private final List<String> lines = new CopyOnWriteArrayList<>();

    private final Logger logger;

    private LogLines(Logger logger) {
        this.logger = logger;
    }

    /** Records the log lines of Nexus. */
    public static LogLines open() {
        return open(NEXUS);
    }

    /** Records the log lines of Nexus and of all libraries. */
    public static LogLines openForAll() {
        return open(Logger.getLogger(""));
    }

    private static LogLines open(Logger logger) {
        LogLines lines = new LogLines(logger);
        logger.addHandler(lines);
        return lines;
    }

    public List<String> all() {
        return List.copyOf(lines);
    }

    @Override
    public void publish(LogRecord line) {
        lines.add(new PatternFormatter("%p %s%e").format(ExtLogRecord.wrap(line)));
    }

    @Override
    public void flush() {
        // The handler does not buffer.
    }

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
