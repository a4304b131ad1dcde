/** The settings of the service, for the commands that run without it. */
@NullMarked
package dev.nexus.broker.settings;

import org.jspecify.annotations.NullMarked;
