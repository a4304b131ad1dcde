package dev.nexus.broker.testing;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;

/** A Vault dev server, and the vault command on its machine. */
interface VaultServer {

    /** The token of the operator. */
    String ROOT_TOKEN = "root";

    URI address();

    /** Runs a command with the operator's rights and returns its output. Arguments may name files of this machine. */
    String run(List<String> command);

    /** The address on which a server of this machine must listen so that Vault can reach it. */
    InetAddress listenAddress();

    /** The host name by which Vault reaches a server of this machine. */
    String hostName();
}
