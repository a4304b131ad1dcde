package dev.nexus.broker.reseal;

import dev.nexus.broker.cipher.CipherBinding;
import dev.nexus.broker.cipher.Ciphertext;

/** An encrypted value with its id and its binding. The job reads values in the order of their ids. */
record SealedValue(String id, CipherBinding binding, Ciphertext ciphertext) {}
