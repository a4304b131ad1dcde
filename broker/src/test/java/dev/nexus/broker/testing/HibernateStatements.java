package dev.nexus.broker.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.regex.Pattern;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.Logger;

/** Records the SQL statements that Hibernate sends to PostgreSQL, until {@link #close}. */
public final class HibernateStatements extends Handler implements AutoCloseable {

    /** Hibernate Reactive logs each statement here before it passes the statement to the SQL client. */
    private static final Logger SQL = Logger.getLogger("org.hibernate.SQL");

    private static final Pattern PARAMETER = Pattern.compile(":(\\w+)");

    private final List<String> statements = new CopyOnWriteArrayList<>();
    private final java.util.logging.Level before = SQL.getLevel();

    private HibernateStatements() {}

    public static HibernateStatements open() {
        HibernateStatements statements = new HibernateStatements();
        SQL.addHandler(statements);
        SQL.setLevel(Level.DEBUG);
        return statements;
    }

    public List<String> all() {
        return List.copyOf(statements);
    }

    /** The names of the parameters of {@code query}, in the order of Hibernate's placeholders. */
    public static List<String> parameters(String query) {
        return PARAMETER.matcher(query).results().map(found -> found.group(1)).toList();
    }

    @Override
    public void publish(LogRecord line) {
        statements.add(line.getMessage());
    }

    @Override
    public void flush() {
        // The handler does not buffer.
    }

    @Override
    public void close() {
        SQL.removeHandler(this);
        SQL.setLevel(before);
    }
}
