package dev.nexus.broker.testing;

import dev.nexus.broker.outbound.HostAddresses;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Resolves host names from a map and records the lookups. A host that is not in the map is unknown. */
public class KnownHosts extends HostAddresses {

    private final Map<String, List<String>> addresses;
    private final List<String> lookedUp = new CopyOnWriteArrayList<>();

    /** @param vertx for the superclass only */
    public KnownHosts(Vertx vertx, Map<String, List<String>> addresses) {
        super(vertx);
        this.addresses = new ConcurrentHashMap<>(addresses);
    }

    @Override
    public Uni<List<InetAddress>> of(String host) {
        lookedUp.add(host);
        List<String> known = addresses.get(host);
        if (known == null) {
            return Uni.createFrom().failure(new UnknownHostException());
        }
        return Uni.createFrom().item(known.stream().map(KnownHosts::address).toList());
    }

    /** Replaces the addresses of a host. */
    public final void moveTo(String host, String... texts) {
        addresses.put(host, Arrays.asList(texts));
    }

    /** The hosts that were looked up, in order. */
    public final List<String> lookedUp() {
        return List.copyOf(lookedUp);
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
