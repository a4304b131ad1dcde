package dev.nexus.broker.reseal;

/** The tables with encrypted values. */
enum SealedTable {
    STATE_KEY,
    CREDENTIAL,
    WEBHOOK_SECRET
}
