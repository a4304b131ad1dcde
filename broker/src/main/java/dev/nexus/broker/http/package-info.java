/** HTTP for all features: routes, errors, parameters, preconditions, cursors, request log, deadline. */
@NullMarked
package dev.nexus.broker.http;

import org.jspecify.annotations.NullMarked;
