/** The connections that a user has, and what can be done with one. */
@NullMarked
package dev.nexus.example.connections;

import org.jspecify.annotations.NullMarked;
