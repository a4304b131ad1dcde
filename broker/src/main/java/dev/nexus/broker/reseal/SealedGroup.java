package dev.nexus.broker.reseal;

/** The values of one table that are encrypted with one key version. */
record SealedGroup(SealedTable table, String cipher, int keyVersion) {}
