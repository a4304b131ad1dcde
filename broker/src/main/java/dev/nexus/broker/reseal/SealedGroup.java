package dev.nexus.broker.reseal;

/** Values of one table that one key version has sealed. */
record SealedGroup(SealedTable table, String cipher, int keyVersion) {}
