package dev.nexus.e2e.operations;

import dev.nexus.e2e.support.NexusExtension;
import dev.nexus.launcher.Nexus;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Locks the connection table, so that each statement on it occupies a database connection of the pool. */
final class PoolBlocker implements AutoCloseable {

    private final Connection connection;

    private PoolBlocker(Connection connection) {
        this.connection = connection;
    }

    static PoolBlocker lock(Nexus nexus) throws SQLException {
        Connection connection = NexusExtension.connect(nexus);
        connection.setAutoCommit(false);
        try (Statement sql = connection.createStatement()) {
            sql.execute("lock table connection in access exclusive mode");
        }
        return new PoolBlocker(connection);
    }

    void release() throws SQLException {
        connection.rollback();
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
