/** Calls the Gateway's public API with an API key. */
@NullMarked
package dev.nexus.example.nexus;

import org.jspecify.annotations.NullMarked;
