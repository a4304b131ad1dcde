/** Connecting an account, in both ways, and the way back. */
@NullMarked
package dev.nexus.example.connect;

import org.jspecify.annotations.NullMarked;
