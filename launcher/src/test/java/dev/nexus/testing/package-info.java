@NullMarked
package dev.nexus.testing;

import org.jspecify.annotations.NullMarked;
