@NullMarked
package dev.nexus.launcher;

import org.jspecify.annotations.NullMarked;
