package dev.nexus.broker.reseal;

/** The tables that hold sealed values. */
enum SealedTable {
    STATE_KEY,
    CREDENTIAL,
    WEBHOOK_SECRET
}
