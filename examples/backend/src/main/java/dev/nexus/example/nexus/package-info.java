/** The Gateway as this backend calls it: the public API with an API key, and the Bridge. */
@NullMarked
package dev.nexus.example.nexus;

import org.jspecify.annotations.NullMarked;
