package dev.nexus.broker.testing;

import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A DNS server on the loopback address (RFC 1035 over UDP). It answers only queries for known names. */
public final class NameServer implements AutoCloseable {

    private static final int HEADER = 12;
    private static final short RESPONSE = (short) 0x8180;
    private static final short POINTER_TO_QUESTION = (short) 0xC00C;
    private static final int TYPE_A = 1;
    private static final int TYPE_AAAA = 28;

    private final Map<String, List<InetAddress>> names = new ConcurrentHashMap<>();
    private final List<String> queried = new CopyOnWriteArrayList<>();
    private final DatagramSocket socket;
    private final AtomicInteger toLose = new AtomicInteger();

    private NameServer(DatagramSocket socket) {
        this.socket = socket;
    }

    public static NameServer start() {
        try {
            NameServer server = new NameServer(new DatagramSocket(0, InetAddress.getLoopbackAddress()));
            Thread thread = new Thread(server::serve, "name-server");
            thread.setDaemon(true);
            thread.start();
            return server;
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    public void answer(String name, String... addresses) {
        names.put(name, List.of(addresses).stream().map(NameServer::parse).toList());
    }

    /** Drops the next {@code queries}. */
    public void lose(int queries) {
        toLose.set(queries);
    }

    /** The name in each query that arrived. */
    public List<String> queried() {
        return List.copyOf(queried);
    }

    /** The address of this server, for a resolver that must not use the machine's name servers. */
    public DnsServerAddressStreamProvider provider() {
        return new SingletonDnsServerAddressStreamProvider(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.getLocalPort()));
    }

    private static InetAddress parse(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve() {
        byte[] buffer = new byte[1_500];
        while (!socket.isClosed()) {
            DatagramPacket query = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(query);
                reply(query);
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void reply(DatagramPacket query) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(query.getData(), 0, query.getLength());
        int end = HEADER;
        StringBuilder name = new StringBuilder();
        while (in.get(end) != 0) {
            int length = in.get(end);
            name.append(name.isEmpty() ? "" : ".")
                    .append(new String(query.getData(), end + 1, length, StandardCharsets.US_ASCII));
            end += length + 1;
        }
        end++;
        int type = in.getShort(end);
        queried.add(name.toString());
        List<InetAddress> known = names.get(name.toString());
        boolean isLost = toLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
        if (known != null && !isLost) {
            byte[] question = new byte[end + 4 - HEADER];
            in.get(HEADER, question);
            byte[] answer = answer(in.getShort(0), question, type, known);
            socket.send(new DatagramPacket(answer, answer.length, query.getSocketAddress()));
        }
    }

    private static byte[] answer(short id, byte[] question, int type, List<InetAddress> known) {
        List<InetAddress> ofType = known.stream()
                .filter(address -> type == (address.getAddress().length == 4 ? TYPE_A : TYPE_AAAA))
                .toList();
        ByteBuffer out = ByteBuffer.allocate(1_500);
        out.putShort(id).putShort(RESPONSE).putShort((short) 1).putShort((short) ofType.size());
        out.putInt(0).put(question);
        for (InetAddress address : ofType) {
            out.putShort(POINTER_TO_QUESTION)
                    .putShort((short) type)
                    .putShort((short) 1)
                    .putInt(0);
            out.putShort((short) address.getAddress().length).put(address.getAddress());
        }
        byte[] bytes = new byte[out.position()];
        out.get(0, bytes);
        return bytes;
    }

    @Override
    public void close() {
        socket.close();
    }
}
