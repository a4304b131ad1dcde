/**
 * What crosses the wire between the Gateway and the Broker: the internal API, its records and the error codes that the
 * public API answers with. Annotations and Mutiny only; no behaviour.
 */
@NullMarked
package dev.nexus.contracts;

import org.jspecify.annotations.NullMarked;
