@NullMarked
package dev.nexus.strategy;

import org.jspecify.annotations.NullMarked;
