@NullMarked
package dev.nexus.broker;

import org.jspecify.annotations.NullMarked;
