package dev.nexus.broker.testing;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;

/** A Vault dev server, and the vault command line beside it. */
interface VaultServer {

    /** The token of its operator. */
    String ROOT_TOKEN = "root";

    URI address();

    /** Runs a command with the operator's rights; what it printed. Arguments may name files of this machine. */
    String run(List<String> command);

    /** Where a server of this machine has to listen for Vault to reach it. */
    InetAddress listenAddress();

    /** The name under which Vault reaches a server of this machine. */
    String hostName();
}
