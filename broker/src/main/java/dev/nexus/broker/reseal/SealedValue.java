package dev.nexus.broker.reseal;

import dev.nexus.broker.cipher.CipherBinding;
import dev.nexus.broker.cipher.Ciphertext;

/** A sealed value with what it is bound to; its id is its place in the order of its table. */
record SealedValue(String id, CipherBinding binding, Ciphertext ciphertext) {}
