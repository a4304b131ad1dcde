/** What both services do alike as running processes: draining, reloaded files, certificates, metrics and scrubbed traces. */
@NullMarked
package dev.nexus.operations;

import org.jspecify.annotations.NullMarked;
