package dev.nexus.gateway.component;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;

/** Collects the log lines of level ERROR until it is closed. */
final class LoggedErrors extends Handler implements AutoCloseable {

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final PatternFormatter format = new PatternFormatter("%s");
    private final Logger root = LogManager.getLogManager().getLogger("");

    LoggedErrors() {
        root.addHandler(this);
    }

    List<String> lines() {
        return lines;
    }

    @Override
    public void publish(LogRecord logged) {
        if (logged.getLevel().intValue() >= Level.SEVERE.intValue()) {
            lines.add(logged.getLoggerName() + ": " + format.format(ExtLogRecord.wrap(logged)));
        }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        root.removeHandler(this);
    }
}
