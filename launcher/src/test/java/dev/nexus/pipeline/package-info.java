@NullMarked
package dev.nexus.pipeline;

import org.jspecify.annotations.NullMarked;
