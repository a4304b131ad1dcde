/**
 * The contract between the Gateway and the Broker: the internal API, its records, and the error codes that the
 * public API responds with. Types and annotations only, no behaviour.
 */
@NullMarked
package dev.nexus.contracts;

import org.jspecify.annotations.NullMarked;
