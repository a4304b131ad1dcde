package dev.nexus.broker.reseal;

/** The values of one table that are encrypted with one version of one key. */
record SealedGroup(SealedTable table, String cipher, int keyVersion) {}
