package dev.nexus.broker.outbound;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** The addresses of a host name, by the JVM's resolver; asked once for each request, which then goes to that answer. */
@ApplicationScoped
public class HostAddresses {

    private final Vertx vertx;

    public HostAddresses(Vertx vertx) {
        this.vertx = vertx;
    }

    /** One address or more; fails with {@link UnknownHostException}. */
    public Uni<List<InetAddress>> of(String host) {
        return Uni.createFrom()
                .completionStage(() -> vertx.executeBlocking(() -> List.of(InetAddress.getAllByName(host)), false)
                        .toCompletionStage());
    }
}
