/** Lists, uses and disconnects the connections of a user. */
@NullMarked
package dev.nexus.example.connections;

import org.jspecify.annotations.NullMarked;
