/**
 * Running the product: logs, metrics, traces, file reload, and a dependency that stops. What deploy/ and docs/ promise
 * is in the subpackages.
 */
@NullMarked
package dev.nexus.e2e.operations;

import org.jspecify.annotations.NullMarked;
