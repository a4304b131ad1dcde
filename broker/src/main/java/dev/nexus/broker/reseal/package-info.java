/** Brings what an older key sealed to the newest one: after a rotation, or from one cipher to another. */
@NullMarked
package dev.nexus.broker.reseal;

import org.jspecify.annotations.NullMarked;
