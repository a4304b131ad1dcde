package dev.nexus.broker.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.utility.MountableFile;
import org.testcontainers.vault.VaultContainer;

/**
 * A Vault dev server in a container. The vault command runs in the container too. Testcontainers removes the container
 * after the run.
 */
record VaultInContainer(VaultContainer<?> container) implements VaultServer {

    private static final String SOURCES = "../deploy/vault/";
    private static final String COPIED_SOURCES = "/deploy/vault/";
    private static final String HOST = "host.docker.internal";

    static VaultInContainer start() {
        VaultContainer<?> container = new VaultContainer<>("hashicorp/vault:" + TestServers.VAULT_VERSION)
                .withVaultToken(ROOT_TOKEN)
                .withCopyFileToContainer(MountableFile.forHostPath(SOURCES), COPIED_SOURCES)
                .withExtraHost(HOST, "host-gateway");
        container.start();
        return new VaultInContainer(container);
    }

    @Override
    public URI address() {
        return URI.create(container.getHttpHostAddress());
    }

    @Override
    public String run(List<String> command) {
        try {
            ExecResult result = container.execInContainer(
                    command.stream().map(this::copyToContainer).toArray(String[]::new));
            String output = result.getStdout() + result.getStderr();
            if (result.getExitCode() != 0) {
                throw new AssertionError(command + " failed: " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /**
     * Copies the file that the argument names, also as vault's {@code name=@file}. Returns the argument with the path
     * in the container.
     */
    private String copyToContainer(String argument) {
        if (argument.startsWith(SOURCES)) {
            return COPIED_SOURCES + argument.substring(SOURCES.length());
        }
        int start = argument.indexOf("=@") + 1;
        String name = start == 0 ? argument : argument.substring(start + 1);
        if (!name.startsWith("/") || !Files.isRegularFile(Path.of(name))) {
            return argument;
        }
        container.copyFileToContainer(MountableFile.forHostPath(name), name);
        return argument;
    }

    /** All addresses, because the container reaches this machine through a bridge. */
    @Override
    public InetAddress listenAddress() {
        return new InetSocketAddress(0).getAddress();
    }

    @Override
    public String hostName() {
        return HOST;
    }
}
